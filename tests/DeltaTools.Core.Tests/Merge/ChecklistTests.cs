using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What other tools get wrong when they merge deltas, point by point; each test is named by its point.</summary>
public sealed class ChecklistTests
{
    private const string Schema = "employee_id int, name string, record_created date, record_last_updated date";
    private static readonly MergeOptions Options = new() { ReportDate = default, Key = ["employee_id"] };

    [Theory]
    [InlineData("boolean", "true")]
    [InlineData("int", "7")]
    [InlineData("long", "7")]
    [InlineData("float", "1.5")]
    [InlineData("double", "1.5")]
    [InlineData("decimal(9,2)", "1.50")]
    [InlineData("date", "2020-02-29")]
    [InlineData("time", "12:34:56")]
    [InlineData("timestamp", "2020-02-29T12:34:56.789012")]
    [InlineData("timestamptz", "2020-02-29T12:34:56.789012+02:00")]
    [InlineData("string", "a")]
    [InlineData("uuid", "00000000-0000-4000-8000-000000000001")]
    public async Task Checklist01_NullsCompareAsValuesInEveryColumn(string type, string value)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync($"employee_id int, first {type}, last {type}, date_received date");
        await warehouse.CreateReportAsync($"employee_id int, first {type}, last {type}");
        (string Rows, long Updated)[] days = [($"1,,{value}", 0), ($"1,,{value}", 0), ($"1,{value},{value}", 1), ($"1,{value},", 1), ($"1,{value},", 0)];
        for (int i = 0; i < days.Length; i++)
        {
            await warehouse.ImportAsync($"employee_id,first,last\n{days[i].Rows}\n", Day(i + 1));
            Assert.Equal(days[i].Updated, (await warehouse.MergeAsync(Day(i + 1))).Plan.Updated);
        }
        Assert.EndsWith("|NULL", Assert.Single(await warehouse.RowsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checklist02_NullKeysAreRefusedOrLeftOutNeverInserted()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n,b,f\n,c,t\n");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(1)));
        Assert.Equal(IcebergErrorKind.NullKey, error.Kind);
        Assert.Contains("employee_id = NULL", error.Message, StringComparison.Ordinal);

        MergePlan merged = (await warehouse.MergeAsync(Day(1), Options with { NullKey = NullKeyRule.Skip })).Plan;
        Assert.Equal((1L, 2L), (merged.Inserted, merged.SkippedNullKeys));
        Assert.Equal(["1|a|2021-01-01|2021-01-01"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist03_TheNewestOfAKeysRowsWinsAndTiesAreCounted()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string, version int");
        string csv = "employee_id,name,version,record_deleted\n1,same,1,f\n1,same,1,f\n2,old,1,f\n2,new,2,f\n3,gone,1,t\n3,here,1,f\n4,here,1,f\n4,gone,1,t\n";
        await warehouse.ImportAsync(csv, Day(1));

        MergePlan byArrival = await warehouse.PlanAsync(Day(1));
        Assert.Equal((3L, 3L), (byArrival.Ties, byArrival.Inserted));
        MergePlan ordered = (await warehouse.MergeAsync(Day(1), Options with { OrderBy = ["version"] })).Plan;

        Assert.Equal(2, ordered.Ties);
        Assert.Equal(["1|same|1", "2|new|2", "3|here|1"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist04_ATombstoneOfAnUnseenKeyIsIgnoredAndCounted()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n2,b,t\n3,c,t\n");
        MergePlan merged = (await warehouse.MergeAsync(Day(1))).Plan;
        Assert.Equal((1L, 0L, 2L), (merged.Inserted, merged.Deleted, merged.IgnoredTombstones));
    }

    [Fact]
    public async Task Checklist05_AKeyThatReturnsIsInsertedWithANewDate()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n", "1,a,t\n", "1,a,f\n");
        foreach (int day in new[] { 1, 2, 3 }) await warehouse.MergeAsync(Day(day));
        Assert.Equal(["1|a|2021-01-03|2021-01-03"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist06_TheSameDateAgainMakesNoSnapshot()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n2,b,t\n");
        await warehouse.MergeAsync(Day(1));
        Assert.Null((await warehouse.MergeAsync(Day(1))).SnapshotId);
        Assert.Single((await warehouse.ReportAsync()).Metadata.Snapshots);
    }

    [Fact]
    public async Task Checklist07_ADayWithoutRowsSucceeds()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n", "");
        await warehouse.MergeAsync(Day(1));
        MergeSummary empty = await warehouse.MergeAsync(Day(2));
        Assert.Null(empty.SnapshotId);
        Assert.NotNull(empty.Plan.NothingToDo);
        Assert.Equal(Warehouse.Date(Day(2)), MergeState.Of((await warehouse.ReportAsync()).Metadata, "main")!.Watermark);
    }

    [Fact]
    public async Task Checklist08_ARowThatComesLateDoesNotOverwriteANewerOne()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n2,b,f\n");
        await ImportAsync(warehouse, 3, "1,c,f\n");
        await warehouse.MergeAsync(Day(3));
        await ImportAsync(warehouse, 2, "1,late,f\n2,late,f\n");

        MergePlan merged = (await warehouse.MergeAsync(Day(3))).Plan;

        Assert.Equal((2L, 1L), (merged.Late, merged.Updated));
        Assert.Equal(["1|c|2021-01-03|2021-01-03", "2|late|2021-01-03|2021-01-03"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist09_ABackDatedReportIsRefusedOrRebuilt()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n", "1,b,f\n");
        await warehouse.MergeAsync(Day(2));
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(1)));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        await warehouse.MergeAsync(Day(1), Options with { Rebuild = true });
        Assert.Equal(["1|a|2021-01-01|2021-01-01"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist10_AColumnThatADeltaDoesNotCarryIsUnchanged()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string, city string");
        await warehouse.ImportAsync("employee_id,name,city\n1,a,Rome\n2,b,Oslo\n", Day(1));
        await warehouse.MergeAsync(Day(1));
        await warehouse.ImportAsync("employee_id,name\n1,c\n2,\n", Day(2));
        await warehouse.MergeAsync(Day(2));
        Assert.Equal(["1|c|Rome", "2|NULL|Oslo"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist11_ValuesThatAreEqualAreNoUpdate()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        const string columns = "employee_id int, ratio double, price decimal(9,2), text string, empty string, at timestamptz";
        await warehouse.CreateRawAsync(columns + ", date_received date");
        await warehouse.CreateReportAsync(columns);
        await warehouse.ImportAsync("employee_id,ratio,price,text,empty,at\n1,NaN,1.50,a,\"\",2020-01-01T12:00:00+00:00\n2,0.0,1.00,a,,2020-01-01T12:00:00+00:00\n", Day(1));
        await warehouse.MergeAsync(Day(1));
        await warehouse.ImportAsync("employee_id,ratio,price,text,empty,at\n1,NaN,1.5,a,\"\",2020-01-01T14:00:00+02:00\n2,-0.0,1,a,,2020-01-01T12:00:00Z\n", Day(2));
        Assert.Equal((0L, 2L), Changes(await warehouse.MergeAsync(Day(2))));

        await warehouse.ImportAsync("employee_id,ratio,price,text,empty,at\n1,NaN,1.5,a ,\"\",2020-01-01T14:00:00+02:00\n2,0,1,a,\"\",2020-01-01T12:00:00Z\n", Day(3));
        Assert.Equal((2L, 0L), Changes(await warehouse.MergeAsync(Day(3))));
        List<string> rows = await warehouse.RowsAsync();
        Assert.Contains("|a ||", rows[0], StringComparison.Ordinal);
        Assert.Contains("|a||", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checklist12_TypesWidenAndNeverTurnIntoOthers()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id long, amount double, price decimal(12,2)");
        await warehouse.CreateRawAsync("Employee_ID int, AMOUNT float, price decimal(9,2), date_received date");
        await warehouse.ImportAsync("Employee_ID,AMOUNT,price\n1,1.5,2.50\n", Day(1));
        await warehouse.MergeAsync(Day(1));
        Assert.Equal(["1|1.5|2.50"], await warehouse.RowsAsync());

        await using Warehouse other = await Warehouse.OpenAsync();
        await other.CreateReportAsync("employee_id int, amount int");
        await other.CreateRawAsync("employee_id int, amount string, date_received date");
        await other.ImportAsync("employee_id,amount\n1,5\n", Day(1));
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => other.MergeAsync(Day(1)));
        Assert.Equal(IcebergErrorKind.SchemaMismatch, error.Kind);
        Assert.Contains("'amount' is string in the raw table and int in the report table", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checklist13_AKeyOfAnotherTypeMatchesByValueOrIsRefused()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, name string");
        await warehouse.CreateRawAsync("employee_id long, name string, date_received date");
        await warehouse.ImportAsync("employee_id,name\n1,a\n", Day(1));
        await warehouse.MergeAsync(Day(1));
        await warehouse.ImportAsync("employee_id,name\n1,b\n", Day(2));
        Assert.Equal((1L, 0L), Changes(await warehouse.MergeAsync(Day(2))));
        await warehouse.ImportAsync("employee_id,name\n4294967297,c\n", Day(3));
        Assert.Equal(IcebergErrorKind.DeltaRowInvalid, (await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(3)))).Kind);
        Assert.Equal(["1|b"], await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData("string", "Y", "N")]
    [InlineData("string", "true", "F")]
    [InlineData("string", "1", "0")]
    [InlineData("int", "1", "0")]
    [InlineData("boolean", "t", "f")]
    public async Task Checklist14_TombstonesHaveManySpellingsAndNullIsNone(string type, string deleted, string kept)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync($"employee_id int, name string, record_deleted {type}, date_received date");
        await warehouse.CreateReportAsync("employee_id int, name string");
        await warehouse.ImportAsync($"employee_id,name,record_deleted\n1,a,{kept}\n2,b,{kept}\n", Day(1));
        await warehouse.MergeAsync(Day(1));
        await warehouse.ImportAsync($"employee_id,name,record_deleted\n1,a,{deleted}\n", Day(2));
        await warehouse.MergeAsync(Day(2));
        Assert.Equal(["2|b"], await warehouse.RowsAsync());

        await warehouse.ImportAsync("employee_id,name,record_deleted\n2,c,\n", Day(3));
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(3)));
        Assert.Equal(IcebergErrorKind.DeltaRowInvalid, error.Kind);
        Assert.Contains("employee_id = 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checklist15_RowsWithoutDateAreRefusedAndFutureOnesWait()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n");
        await ImportAsync(warehouse, 9, "1,future,f\n");
        await warehouse.MergeAsync(Day(1));
        Assert.Equal(["1|a|2021-01-01|2021-01-01"], await warehouse.RowsAsync());
        await warehouse.MergeAsync(Day(9));
        Assert.Equal(["1|future|2021-01-01|2021-01-09"], await warehouse.RowsAsync());

        IcebergException import = await Assert.ThrowsAsync<IcebergException>(() => warehouse.ImportAsync("employee_id,name,record_deleted,date_received\n1,b,f,\n", null));
        Assert.Contains("line 2, column date_received: is NULL", import.Message, StringComparison.Ordinal);
        IcebergTable raw = await warehouse.RawAsync();
        WriteTarget target = WriteTarget.Of(raw.Metadata);
        string columns = string.Join(", ", target.Columns.Select(c => Sql.Name(Sql.Column(c))));
        var files = await DataFileWriter.WriteAsync(warehouse.Session, raw.Store, target, $"SELECT * FROM (SELECT 1::BIGINT, 'b', false, NULL::DATE) r({columns})", default);
        await raw.CommitAsync(new AppendFiles(files), default);
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(10)));
        Assert.Equal(IcebergErrorKind.DeltaRowInvalid, error.Kind);
        Assert.Contains("no date in column 'date_received'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AuditDate.ReportDate, "1|b|2021-01-07|2021-01-07")]
    [InlineData(AuditDate.DateReceived, "1|b|2021-01-01|2021-01-02")]
    public async Task Checklist16_AuditDatesAreThoseThatWereAskedFor(AuditDate audit, string row)
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n", "1,b,f\n", "1,b,f\n");
        await warehouse.MergeAsync(Day(7), Options with { AuditDate = audit });
        Assert.Equal([row], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Checklist18_MoreThanAHundredPartitionsAreOneCommit()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedReportAsync("employee_id int, name string", "employee_id");
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},n{i}\n")));
        await warehouse.ImportAsync("employee_id,name\n" + rows, Day(1));
        MergeSummary merged = await warehouse.MergeAsync(Day(1));
        Assert.Equal((150L, 150), (merged.Plan.Inserted, merged.FilesAdded));
        await warehouse.ImportAsync("employee_id,name\n" + rows.Replace(",n", ",m", StringComparison.Ordinal), Day(2));
        await warehouse.MergeAsync(Day(2));
        Assert.Equal(2, (await warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Assert.All(await warehouse.RowsAsync(), r => Assert.Contains("|m", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checklist19_OfTwoMergesAtOnceTheSecondPlansAnew()
    {
        await using Warehouse warehouse = await OpenAsync("1,a,f\n", "1,b,f\n2,b,f\n");
        using DuckSession session = DuckSession.Open();
        await using var first = new EmbeddedMerge(session, await warehouse.ReportAsync(), await warehouse.RawAsync(), Options with { ReportDate = Warehouse.Date(Day(2)) });
        await first.PlanAsync(default);
        await warehouse.MergeAsync(Day(1));

        MergeSummary merged = await first.ApplyAsync(default);

        Assert.Equal((2, 1L, 1L), (merged.Attempts, merged.Plan.Inserted, merged.Plan.Updated));
        Assert.Equal(["1|b|2021-01-01|2021-01-02", "2|b|2021-01-02|2021-01-02"], await warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(IcebergErrorKind.StorageFailed, false)]
    [InlineData(IcebergErrorKind.CommitUnknown, false)]
    [InlineData(IcebergErrorKind.CommitUnknown, true)]
    public async Task Checklist20_AnEndBeforeOrAfterTheCommitLeavesTheTableWhole(IcebergErrorKind kind, bool landed)
    {
        await using SqliteCatalog inner = await SqliteCatalog.OpenAsync("test", Directory.CreateTempSubdirectory("checklist").FullName, default);
        var catalog = new BreakingCatalog(inner);
        await using Warehouse warehouse = await Warehouse.OpenAsync(catalog: catalog);
        await warehouse.CreateReportAsync(Schema);
        await ImportAsync(warehouse, 1, "1,a,f\n");
        await warehouse.MergeAsync(Day(1));
        await ImportAsync(warehouse, 2, "1,b,f\n2,b,f\n");
        Func<TableCommit, Task> fail = _ => throw new IcebergException(kind, "the end");
        (catalog.Before, catalog.After) = landed ? (catalog.Before, fail) : (fail, catalog.After);

        // An answer that is lost after the commit is settled by looking for our snapshot.
        if (landed) await warehouse.MergeAsync(Day(2));
        else Assert.Equal(kind, (await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync(Day(2)))).Kind);
        (catalog.Before, catalog.After) = (_ => Task.CompletedTask, _ => Task.CompletedTask);

        string[] before = ["1|a|2021-01-01|2021-01-01"], after = ["1|b|2021-01-01|2021-01-02", "2|b|2021-01-02|2021-01-02"];
        Assert.Equal(landed ? after : before, await warehouse.RowsAsync());
        await warehouse.MergeAsync(Day(2));
        Assert.Equal(after, await warehouse.RowsAsync());
        Assert.Equal(2, (await warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Directory.Delete(new Uri(inner.Warehouse).LocalPath, recursive: true);
    }

    private static (long Updated, long Unchanged) Changes(MergeSummary merged) => (merged.Plan.Updated, merged.Plan.Unchanged);

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2021-01-{day:00}");

    private static Task<DeltaImport> ImportAsync(Warehouse warehouse, int day, string rows) =>
        warehouse.ImportAsync("employee_id,name,record_deleted\n" + rows, Day(day));

    /// <summary>A report table without rows, and a delta a day.</summary>
    private static async Task<Warehouse> OpenAsync(params string[] days)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync(Schema);
        for (int i = 0; i < days.Length; i++) await ImportAsync(warehouse, i + 1, days[i]);
        return warehouse;
    }
}
