using System.Diagnostics;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Aws;
using DeltaTools.Core.Tests.Merge;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Athena;

public sealed class AthenaSessionTests : AthenaTest
{
    [Fact]
    public async Task RunAsync_GivesTypedRowsPageByPage()
    {
        Lab.Athena.PageSize = 7;
        AthenaExecution done = await Session.RunAsync(new(
            "SELECT i AS n, CAST(i AS double) / 4 AS d, CAST(1.50 AS decimal(9,2)) AS p, DATE '2021-01-02' AS day, TIMESTAMP '2021-01-02 03:04:05.678901' AS t, "
            + "CASE WHEN i % 2 = 0 THEN 'x' END AS s, i > 5 AS b, X'00ff' AS bin FROM UNNEST(range(20)) AS r(i)"), default);

        List<AthenaPage> pages = [];
        await foreach (AthenaPage page in done.ReadAsync([], default)) pages.Add(page);

        Assert.Equal(3, pages.Count);
        object?[][] rows = [.. pages.SelectMany(p => p.Rows)];
        Assert.Equal(20, rows.Length);
        Assert.Equal([6L, 1.5, 1.50m, new DateOnly(2021, 1, 2), new DateTime(2021, 1, 2, 3, 4, 5).AddTicks(6789010), "x", true], rows[6][..7]);
        Assert.Equal(new byte[] { 0, 255 }, rows[6][7]);
        Assert.Null(rows[7][5]);
        Assert.Equal(["n", "d", "p", "day", "t", "s", "b", "bin"], pages[0].Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task RunAsync_TakesParametersAsValues()
    {
        AthenaExecution done = await Session.RunAsync(new("SELECT ? AS a, ? AS b, ? AS c")
        {
            Parameters = [AthenaSql.Parameter("'; DROP TABLE x; --"), AthenaSql.Parameter(-7), AthenaSql.Parameter(new DateOnly(2021, 1, 2))],
        }, default);

        Assert.Equal(["'; DROP TABLE x; --", -7, new DateOnly(2021, 1, 2)], (await done.RowsAsync(default))[0]);
    }

    [Fact]
    public async Task RunAsync_TakesLongValuesToo()
    {
        string text = string.Concat(Enumerable.Repeat("it's a ? ", 500)), greek = new('λ', 1023);
        AthenaExecution done = await Session.RunAsync(new("SELECT ? AS \"a?\", -- ?\n '?' || ? AS b, ?AS c")
        {
            Parameters = [AthenaSql.Parameter(text), AthenaSql.Parameter(greek), AthenaSql.Parameter(-7)],
        }, default);

        Assert.Equal([text, "?" + greek, -7], (await done.RowsAsync(default))[0]);
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => Session.RunAsync(new("SELECT ?") { Parameters = [AthenaSql.Parameter(text), "1"] }, default));
        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("1 question marks, and there are 2 values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TellsWhatItTook()
    {
        await TableAsync();
        await Session.RunAsync(new("SELECT count(*) FROM \"hr\".\"employee\""), default);

        AthenaStatistics total = Session.Total;
        Assert.Equal([Lab.Athena.Queries[^1].Id], total.QueryIds);
        Assert.True(total.BytesScanned > 0);
        // 10 MB at least.
        Assert.Equal(Math.Round(5m * 10 / 1048576, 10), Math.Round(total.EstimatedCost, 10));
        Assert.Contains(Log, l => l.Contains("bytes scanned", StringComparison.Ordinal) && l.Contains("USD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_ReusesResults()
    {
        await TableAsync();
        AthenaStatement count = new("SELECT count(*) FROM \"hr\".\"employee\"") { ReuseWithin = TimeSpan.FromHours(1) };
        await Session.RunAsync(count, default);
        AthenaExecution again = await Session.RunAsync(count, default);

        Assert.True(again.Statistics.Reused);
        Assert.Equal(0, again.Statistics.EstimatedCost);
        Assert.Equal(5, (await again.NumbersAsync(default))[0]);
    }

    [Fact]
    public async Task RunAsync_GoesByTheWorkGroup()
    {
        Lab.Athena.WorkGroups["strict"] = new("strict") { OutputLocation = "s3://strict/place/", Enforced = true };
        Lab.Athena.WorkGroups["managed"] = new("managed") { ManagedResults = true };
        Lab.Athena.WorkGroups["homeless"] = new("homeless");
        Lab.Athena.WorkGroups["off"] = new("off") { Disabled = true };
        async Task<AthenaQuery> RunAsync(string group, string? output)
        {
            using AthenaSession session = Lab.Session(new AthenaOptions { WorkGroup = group, OutputLocation = output }, log: Log.Add);
            await session.RunAsync(new("SELECT 1"), default);
            return Lab.Athena.Queries[^1];
        }

        Assert.StartsWith("s3://results/primary/", (await RunAsync("primary", null)).Output);
        Assert.StartsWith("s3://mine/", (await RunAsync("primary", "s3://mine/")).Output);
        Assert.StartsWith("s3://strict/place/", (await RunAsync("strict", "s3://mine/")).Output);
        Assert.Contains(Log, l => l.Contains("s3://mine/ is not used", StringComparison.Ordinal));
        Assert.Null((await RunAsync("managed", "s3://mine/")).Output);
        Assert.StartsWith("s3://mine/", (await RunAsync("homeless", "s3://mine/")).Output);
        Assert.Contains("-OutputLocation", (await Assert.ThrowsAsync<IcebergException>(() => RunAsync("homeless", null))).Message);
        Assert.Contains("disabled", (await Assert.ThrowsAsync<IcebergException>(() => RunAsync("off", null))).Message);
        Assert.Contains("nosuch", (await Assert.ThrowsAsync<IcebergException>(() => RunAsync("nosuch", null))).Message);
    }

    [Theory]
    [InlineData("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.hr.x' does not exist", IcebergErrorKind.TableNotFound, false)]
    [InlineData("ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: hr.x", IcebergErrorKind.CommitConflict, true)]
    [InlineData("PERMISSION_DENIED: Access Denied (Service: Amazon S3; Status Code: 403)", IcebergErrorKind.AccessDenied, false)]
    [InlineData("Insufficient Lake Formation permission(s) on hr.x", IcebergErrorKind.AccessDenied, false)]
    [InlineData("MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row", IcebergErrorKind.DuplicateKey, false)]
    [InlineData("Query timeout", IcebergErrorKind.Timeout, false)]
    [InlineData("SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved", IcebergErrorKind.InvalidArgument, false)]
    [InlineData("Query exhausted resources at this scale factor", IcebergErrorKind.QueryFailed, true)]
    [InlineData("GENERIC_INTERNAL_ERROR: boom", IcebergErrorKind.QueryFailed, false)]
    public async Task RunAsync_FailuresHaveKinds(string reason, IcebergErrorKind kind, bool retryable)
    {
        Lab.Athena.Troubles.Fail("SELECT", new AthenaFailure(reason, 2, 1));

        var error = await Assert.ThrowsAsync<IcebergException>(() => Session.RunAsync(new("SELECT 1"), default));

        Assert.Equal((kind, retryable), (error.Kind, error.Retryable));
        Assert.Contains(reason, error.Message);
        Assert.Contains(Lab.Athena.Queries[^1].Id, error.Message);
    }

    [Theory]
    [InlineData("SELECT 1", IcebergErrorKind.AccessDenied)]
    [InlineData("INSERT INTO \"hr\".\"employee\" (employee_id) VALUES (77)", IcebergErrorKind.CommitUnknown)]
    public async Task RunAsync_OnlyWhatChangesSomethingEndsUnknown(string sql, IcebergErrorKind kind)
    {
        await TableAsync();
        Lab.Server.Faults.Add(new Fault(FaultKind.ExpiredToken, "GetQueryExecution") { Times = 1000 });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Session.RunAsync(new(sql), default));

        Assert.Equal(kind, error.Kind);
        Assert.Contains("expired", error.Message);
    }

    [Fact]
    public async Task RunAsync_StopsAfterItsTime()
    {
        Lab.Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        long start = Stopwatch.GetTimestamp();

        var error = await Assert.ThrowsAsync<IcebergException>(
            () => Session.RunAsync(new("SELECT 1") { Timeout = TimeSpan.FromMilliseconds(200) }, default));

        Assert.Equal(IcebergErrorKind.Timeout, error.Kind);
        Assert.Equal("CANCELLED", Lab.Athena.Queries[^1].State);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItStartsIsStoppedToo()
    {
        Lab.Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        await Session.RunAsync(new("SELECT 1") { Timeout = TimeSpan.FromMilliseconds(50) }, default).ContinueWith(_ => { }, TaskScheduler.Default);
        Lab.Server.Faults.Add(new Fault(FaultKind.Delay, "StartQueryExecution") { Delay = TimeSpan.FromMilliseconds(600) });
        using var cancel = new CancellationTokenSource(100);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Session.RunAsync(new("SELECT 2"), cancel.Token));

        Assert.Equal("CANCELLED", Lab.Athena.Queries[^1].State);
    }

    [Fact]
    public async Task RunAsync_ReportsProgress()
    {
        List<AthenaProgress> seen = [];
        Lab.Athena.Troubles.QueueTime = Lab.Athena.Troubles.RunTime = TimeSpan.FromMilliseconds(150);
        using AthenaSession session = new(Lab.Settings(), new AthenaOptions { FirstPoll = TimeSpan.FromMilliseconds(5), LongestPoll = TimeSpan.FromMilliseconds(20) }, AwsLab.Impatient)
        {
            Progress = seen.Add,
        };
        await session.RunAsync(new("SELECT 1"), default);

        Assert.Equal(["QUEUED", "RUNNING", "SUCCEEDED"], seen.Select(p => p.State).Distinct());
    }

    [Fact]
    public async Task AllStreams_HoldNoSecret()
    {
        TestCredentials keys = new("ASIAMARKED", "secret-marker-1", "token-marker-2");
        Lab.Server.Accept(keys);
        Lab.Athena.Troubles.Fail("SELECT 2", new AthenaFailure("GENERIC_INTERNAL_ERROR: secret-marker-1 was quoted", 2, 1));
        using AthenaSession session = new(Lab.Settings(keys), new AthenaOptions { FirstPoll = TimeSpan.FromMilliseconds(2) }, AwsLab.Impatient) { Log = Log.Add };
        await session.RunAsync(new("SELECT 1"), default);
        List<Exception> errors = [await Assert.ThrowsAsync<IcebergException>(() => session.RunAsync(new("SELECT 2"), default))];
        Assert.Contains("*** was quoted", errors[0].Message);
        foreach (FaultKind fault in new[] { FaultKind.InternalError, FaultKind.ExpiredToken, FaultKind.Throttled, FaultKind.Reset })
        {
            Lab.Server.Faults.Add(fault, "StartQueryExecution", times: 10);
            errors.Add(await Assert.ThrowsAsync<IcebergException>(() => session.RunAsync(new("SELECT 3"), default)));
            Lab.Server.Faults.Clear();
        }
        Lab.Server.ClockOffset = TimeSpan.FromHours(1);
        await session.RunAsync(new("SELECT 1"), default);
        Lab.Server.Forget(keys);
        errors.Add(await Assert.ThrowsAsync<IcebergException>(() => session.RunAsync(new("SELECT 3"), default)));

        Assert.DoesNotContain("marker", string.Join('\n', errors.Select(e => e.ToString())) + string.Join('\n', Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_GivesTheSameRowsAsTheEmbeddedEngine()
    {
        Schema schema = SchemaText.Parse(
            "employee_id int, b boolean, l long, f float, d double, p decimal(20,4), day date, t timestamp, z timestamptz, s string, x binary, "
            + "tags list<string>, place struct<city: string, zip: int>, by map<string, double>");
        await Catalog.CreateTableAsync(TableIdentifier.Parse("hr.kinds"), null, l => TableMetadataFactory.Create(
            schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, l, [], 2, Guid.NewGuid(), DateTimeOffset.UtcNow), default);
        using DuckSession duck = DuckSession.Open();
        IcebergTable table = await IcebergTable.LoadAsync(Catalog, TableIdentifier.Parse("hr.kinds"), default);
        string columns = string.Join(", ", schema.Fields.Select(Sql.Column));
        var files = await Core.Embedded.Writing.DataFileWriter.WriteAsync(duck, table.Store, Core.Embedded.Writing.WriteTarget.Of(table.Metadata),
            $"SELECT * FROM (VALUES (1, true, 9223372036854775807, 1.5::FLOAT, 'NaN'::DOUBLE, 12.3400::DECIMAL(20,4), DATE '1969-12-31', TIMESTAMP '2020-01-01 12:34:56.789012', TIMESTAMPTZ '2020-01-01 12:34:56.789012+00', 'it''s', '\\x00\\xFF'::BLOB, ['a', NULL], {{'city': 'x', 'zip': 7}}, MAP {{'k': 1.5}}), "
            + $"(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) v({columns})", default);
        table = (await table.CommitAsync(new Core.Tables.Actions.AppendFiles(files), default)).Table;
        TableRead read = new(table.Metadata.CurrentSnapshot, table.Metadata.CurrentSchema);

        List<string> embedded = await TextAsync(TableReader.ReadAsync(table.Store, table.Metadata, read, DuckOptions.Default, default));
        List<string> athena = await TextAsync(AthenaTableReader.ReadAsync(Session, table, read, null, default));
        Assert.Equal(embedded, athena);
        Assert.Equal(2, athena.Count);

        read = read with { Columns = ["s", "employee_id"], Filter = FilterParser.Parse("s like 'it''%' and day < date '2000-01-01' and place.zip in (6, 7)"), Limit = 1 };
        Assert.Equal(["String it's|Int32 1"], await TextAsync(AthenaTableReader.ReadAsync(Session, table, read, null, default)));
    }

    [Fact]
    public async Task Maintenance_RunsWhileThereIsMore()
    {
        await TableAsync();
        await Warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await Warehouse.MergeAsync("2021-01-02");
        List<string> before = await Warehouse.RowsAsync();
        Lab.Athena.Troubles.MoreRuns = 2;
        Lab.Athena.Troubles.Fail("OPTIMIZE", AthenaFailure.CommitError("hr.employee"));

        AthenaMaintenanceResult done = await new AthenaMaintenance(Session, await Warehouse.ReportAsync()).OptimizeAsync(Predicate.True, default);

        Assert.Equal((3, true), (done.Runs, done.IsDone));
        Assert.Equal(before, await Warehouse.RowsAsync());
        Assert.Equal("1", done.After.Metadata.CurrentSnapshot!.Summary["total-data-files"]);
        // What the table stands at is known after it.
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-02")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Maintenance_KeepsToItsBudget()
    {
        await TableAsync();
        List<string> warnings = [];
        Lab.Athena.Troubles.MoreRuns = 100;

        AthenaMaintenanceResult done = await new AthenaMaintenance(Session, await Warehouse.ReportAsync(), budget: 3) { Warn = warnings.Add }.VacuumAsync(default);

        Assert.Equal((3, false), (done.Runs, done.IsDone));
        Assert.Contains("3 times", Assert.Single(warnings));
    }

    [Fact]
    public async Task Maintenance_TakesPartitionColumnsOnly()
    {
        await TableAsync();
        var error = await Assert.ThrowsAsync<IcebergException>(async () =>
            await new AthenaMaintenance(Session, await Warehouse.ReportAsync()).OptimizeAsync(FilterParser.Parse("surname = 'x'"), default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("surname", error.Message);
    }

    [Fact]
    public async Task CreateTable_IsMadeByAthena()
    {
        Schema schema = SchemaText.Parse("id int comment 'it''s', \"odd name\" string, at timestamp, tags list<string>, place struct<city: string>, by map<string, int>, d decimal(9,2)");
        PartitionSpec spec = PartitionText.Parse(["day(at)", "bucket(4, id)"], schema);
        Lab.Glue.Store.AddDatabase("hr");
        string sql = AthenaCreateTable.Of(TableIdentifier.Parse("hr.made"), schema, spec, Lab.Warehouse + "/hr/made", [new("vacuum_min_snapshots_to_keep", "5"), new("owner", "ada")]);
        await Session.RunAsync(new(sql), default);

        LoadedTable made = await Catalog.LoadTableAsync(TableIdentifier.Parse("hr.made"), default);
        Assert.Equal(schema.Fields.Select(f => (f.Name, f.Type.ToString())), made.Metadata.CurrentSchema.Fields.Select(f => (f.Name, f.Type.ToString())));
        Assert.Equal("it's", made.Metadata.CurrentSchema.Fields[0].Doc);
        Assert.Equal(["day", "bucket[4]"], made.Metadata.DefaultSpec.Fields.Select(f => f.Transform.ToString()));
        Assert.Equal(IcebergErrorKind.Unsupported, Assert.Throws<IcebergException>(
            () => AthenaCreateTable.Of(TableIdentifier.Parse("hr.t"), SchemaText.Parse("u uuid"), PartitionSpec.Unpartitioned, "s3://b/t", [])).Kind);
    }

    [Theory]
    [InlineData(QueryEngine.Auto, null, 20L << 30, QueryEngine.Athena)]
    [InlineData(QueryEngine.Auto, null, 1L << 30, QueryEngine.Embedded)]
    [InlineData(QueryEngine.Auto, "no Glue", 20L << 30, QueryEngine.Embedded)]
    [InlineData(QueryEngine.Embedded, null, 20L << 30, QueryEngine.Embedded)]
    [InlineData(QueryEngine.Athena, null, 0L, QueryEngine.Athena)]
    public void Choice_SaysWhatAndWhy(QueryEngine asked, string? obstacle, long bytes, QueryEngine chosen)
    {
        EngineChoice choice = EngineChoice.Of(asked, obstacle, bytes, EngineChoice.DefaultThreshold);
        Assert.Equal(chosen, choice.Engine);
        Assert.NotEmpty(choice.Reason);
        Assert.Throws<IcebergException>(() => EngineChoice.Of(QueryEngine.Athena, "no Glue", bytes, 1));
    }

    private async Task TableAsync()
    {
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.MergeAsync("2021-01-01");
    }

    private static async Task<List<string>> TextAsync(IAsyncEnumerable<RowBatch> batches)
    {
        List<string> rows = [];
        await foreach (RowBatch batch in batches)
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(string.Join('|', batch.Row(i).Select(Show)));
        }
        return rows;
    }

    private static string Show(object? value) => value switch
    {
        null => "NULL",
        StructValue s => $"{{{string.Join(",", s.Names.Zip(s.Values, (n, v) => $"{n}={Show(v)}"))}}}",
        System.Collections.Specialized.OrderedDictionary m => $"{{{string.Join(",", m.Keys.Cast<object>().Select(k => $"{Show(k)}:{Show(m[k])}"))}}}",
        object?[] items => $"[{string.Join(",", items.Select(Show))}]",
        _ => $"{value?.GetType().Name} {Warehouse.Text(value)}",
    };
}
