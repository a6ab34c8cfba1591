using DeltaTools.Core.Athena;
using DeltaTools.Core.Aws.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Aws;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Merge;

public sealed class AthenaMergeTests : IAsyncLifetime
{
    private readonly List<string> _warnings = [];
    private readonly List<string> _log = [];
    private AwsLab _lab = null!;
    private GlueCatalog _catalog = null!;
    private AthenaSession _session = null!;
    private Warehouse _warehouse = null!;

    public async Task InitializeAsync()
    {
        _lab = await AwsLab.StartAsync();
        _catalog = await _lab.ConnectAsync();
        _session = _lab.Session(log: _log.Add);
        _warehouse = await Warehouse.OpenAsync(catalog: _catalog);
        _warehouse.Engine = Athena;
    }

    public async Task DisposeAsync()
    {
        await _warehouse.DisposeAsync();
        _session.Dispose();
        await _catalog.DisposeAsync();
        await _lab.DisposeAsync();
    }

    private AthenaMerge Athena(IcebergTable target, IcebergTable source, MergeOptions options) =>
        new(_session, target, source, options) { Log = _log.Add, Warn = _warnings.Add };

    [Fact]
    public async Task Merge_ThreeDays()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);

        MergeSummary day1 = await _warehouse.MergeAsync("2021-01-01");
        Assert.Equal((5, 0, 0, 0), Counts(day1));
        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
        Assert.Equal((await _warehouse.ReportAsync()).Metadata.CurrentSnapshotId, day1.SnapshotId);

        await _warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        Assert.Equal((2, 1, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-02")));
        Assert.Equal(Tutorial.Report2, await _warehouse.RowsAsync());

        await _warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        MergeSummary day3 = await _warehouse.MergeAsync("2021-01-03");
        Assert.Equal((3, 1, 1, 0), Counts(day3));
        Assert.Equal(Tutorial.Report3, await _warehouse.RowsAsync());
        Assert.Equal(3, day3.Athena!.QueryIds.Count);
        Assert.True(day3.Athena.BytesScanned > 0 && day3.Athena.EstimatedCost > 0);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Merge_DexterStaysGone()
    {
        await ThreeDaysAsync();
        foreach (string date in new[] { "2021-01-03", "2021-01-04", "2021-01-05" })
        {
            MergeSummary again = await _warehouse.MergeAsync(date);
            Assert.Null(again.SnapshotId);
            Assert.NotNull(again.Plan.NothingToDo);
        }
        Assert.Equal(Tutorial.Report3, await _warehouse.RowsAsync());
        Assert.Equal(3, (await _warehouse.ReportAsync()).Metadata.Snapshots.Length);
        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-04"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
    }

    [Fact]
    public async Task Merge_EnginesTakeTurns()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        await _warehouse.MergeAsync("2021-01-01");
        await _warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        _warehouse.Engine = (target, source, options) => new EmbeddedMerge(_warehouse.Session, target, source, options);
        await _warehouse.MergeAsync("2021-01-02");
        _warehouse.Engine = Athena;
        await _warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");

        Assert.Equal((3, 1, 1, 0), Counts(await _warehouse.MergeAsync("2021-01-03")));
        Assert.Equal(Tutorial.Report3, await _warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_LateRowsTakeTheirPlace()
    {
        await ThreeDaysAsync();
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Late,f\n", "2021-01-02");
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n7,TooLate,f\n12,New,f\n", "2021-01-01");

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-03");

        Assert.Equal(3, merged.Plan.Late);
        List<string> rows = await _warehouse.RowsAsync();
        Assert.Contains(rows, r => r.StartsWith("2|F|Summer|Late|1|17|", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("7|F|Iris|Alexander|2|5|", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("12|NULL|NULL|New|", StringComparison.Ordinal));
        Assert.Contains(_lab.Athena.Queries, q => q.Sql.Contains("\"$path\" IN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_RebuildReplaysToTheEarlierDate()
    {
        await ThreeDaysAsync();
        await _warehouse.MergeAsync("2021-01-02", new() { ReportDate = default, Key = ["employee_id"], Rebuild = true });
        Assert.Equal(Tutorial.Report2, await _warehouse.RowsAsync());
        await _warehouse.MergeAsync("2021-01-03");
        Assert.Equal(Tutorial.Report3, await _warehouse.RowsAsync());
    }

    [Fact]
    public async Task Plan_CountsAndChangesNothing()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        string before = (await _warehouse.ReportAsync()).MetadataLocation;

        MergePlan plan = await _warehouse.PlanAsync("2021-01-01");

        Assert.Equal(5, plan.Inserted);
        Assert.Equal(before, (await _warehouse.ReportAsync()).MetadataLocation);
        Assert.DoesNotContain(_lab.Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_ContradictionsAreNamedUnlessAColumnDecides()
    {
        await _warehouse.ImportAsync("employee_id,surname,version,record_deleted\n1,A,1,f\n2,B,1,f\n1,C,2,f\n", "2021-01-01");
        await _warehouse.CreateReportAsync("employee_id int, surname string");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-01"));
        Assert.Equal(IcebergErrorKind.DuplicateKey, error.Kind);
        Assert.Contains("(employee_id = 1)", error.Message);
        Assert.DoesNotContain("employee_id = 2", error.Message);
        Assert.Contains("-OrderBy", error.Message);

        await _warehouse.MergeAsync("2021-01-01", new() { ReportDate = default, Key = ["employee_id"], OrderBy = ["version"] });
        Assert.Equal(["1|C", "2|B"], await _warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_OddNamesAndTextsStayWhatTheyAre()
    {
        const string names = "employee_id,\"a \"\"b\"\" `c` ' d; -- /*\",select,record_deleted\n";
        await _warehouse.ImportAsync(names + "1,\"x'); DROP TABLE hr.employee; --\",\"it's \\ \"\"q\"\" ☃\",f\n", "2021-01-01");
        await _warehouse.CreateReportAsync("employee_id int, \"a \"\"b\"\" `c` ' d; -- /*\" string, \"select\" string");

        await _warehouse.MergeAsync("2021-01-01");

        Assert.Equal(["1|x'); DROP TABLE hr.employee; --|it's \\ \"q\" ☃"], await _warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_ManyPartitionsAreDoneInBatchesWithAWarning()
    {
        string rows = string.Concat(Enumerable.Range(1, 250).Select(i => $"{i},p{i},{(i > 240 ? "t" : "f")}\n"));
        await _warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await _warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-01");

        Assert.Equal((240, 0, 0, 0), Counts(merged));
        Assert.Equal(240, (await _warehouse.RowsAsync()).Count);
        Assert.Equal(3, _lab.Athena.Queries.Count(q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal)));
        Assert.Contains("3 statements", Assert.Single(_warnings));
        Assert.Null((await _warehouse.MergeAsync("2021-01-01")).SnapshotId);
        await AssertNoStagingAsync();
    }

    [Fact]
    public async Task Merge_AFailedBatchLeavesNoStagingAndTheNextRunFinishes()
    {
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},f\n"));
        await _warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await _warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");
        _lab.Athena.Troubles.Fail("\"_batch\" = 1)", new AthenaFailure("GENERIC_INTERNAL_ERROR: out of luck", 1, 0));

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Equal(100, (await _warehouse.RowsAsync()).Count);
        await AssertNoStagingAsync();
        Assert.Equal((50, 0, 0, 100), Counts(await _warehouse.MergeAsync("2021-01-01")));
        Assert.Equal(150, (await _warehouse.RowsAsync()).Count);
    }

    [Fact]
    public async Task Merge_CommitErrorIsPlannedAnew()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"), times: 2);

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal(3, merged.Attempts);
        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_CommitErrorThoughItSucceededIsCountedOnce()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"), afterSuccess: true);

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal((await _warehouse.ReportAsync()).Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
        Assert.NotNull((await _warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_AnotherWriterMeanwhileIsSeen()
    {
        await ThreeDaysAsync();
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-04");
        _lab.Athena.Troubles.BeforeCommit = () => OtherMergesAsync("2021-01-04");

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-04");

        // The other one did the work; nothing was left, and nothing was done twice.
        Assert.Null(merged.SnapshotId);
        Assert.Equal(4, (await _warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Assert.Single(await _warehouse.RowsAsync(), r => r.StartsWith("2|", StringComparison.Ordinal));
    }

    /// <summary>Rows of an earlier date must not come over those of a later one, however late the statement starts.</summary>
    [Fact]
    public async Task Merge_ThatIsOvertakenByALaterDateIsRefused()
    {
        await ThreeDaysAsync();
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fourth,f\n", "2021-01-04");
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fifth,f\n", "2021-01-05");
        _lab.Athena.Troubles.BeforeMerge = () => OtherMergesAsync("2021-01-05");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        Assert.Contains(await _warehouse.RowsAsync(), r => r.Contains("|Fifth|", StringComparison.Ordinal));
        Assert.Equal(4, (await _warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Assert.NotNull((await _warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_ThatIsOvertakenIsPlannedAnew()
    {
        await ThreeDaysAsync();
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fourth,f\n", "2021-01-04");
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fifth,f\n3,Fifth,f\n", "2021-01-05");
        _lab.Athena.Troubles.BeforeMerge = () => OtherMergesAsync("2021-01-04");

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-05");

        Assert.Equal((0, 2, 0, 0), Counts(merged));
        Assert.Equal(2, merged.Attempts);
        Assert.Equal(2, (await _warehouse.RowsAsync()).Count(r => r.Contains("|Fifth|", StringComparison.Ordinal)));
        Assert.NotNull((await _warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_DoesWithoutTheTableOfBranchesWhereItIsShut()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Athena.Troubles.Fail("$refs", new AthenaFailure("PERMISSION_DENIED: Access Denied: Cannot select from table hr.employee$refs", 2, 1));

        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
        Assert.Contains(_log, l => l.Contains("does without", StringComparison.Ordinal));
    }

    private async Task OtherMergesAsync(string date)
    {
        _warehouse.Engine = (target, source, options) => new EmbeddedMerge(_warehouse.Session, target, source, options);
        await _warehouse.MergeAsync(date);
        _warehouse.Engine = Athena;
    }

    [Fact]
    public async Task Merge_CancelStopsTheQuery()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        using var cancel = new CancellationTokenSource();
        await using AthenaMerge merge = Athena(await _warehouse.ReportAsync(), await _warehouse.RawAsync(), Options("2021-01-01"));
        await merge.PlanAsync(default);
        _lab.Athena.Troubles.RunTime = TimeSpan.FromSeconds(60);
        cancel.CancelAfter(300);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => merge.ApplyAsync(cancel.Token));

        Assert.Equal("CANCELLED", _lab.Athena.Queries[^1].State);
        Assert.Empty(await _warehouse.RowsAsync());
        _lab.Athena.Troubles.RunTime = default;
        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_CancelDuringBatchesLeavesNoStaging()
    {
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},f\n"));
        await _warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await _warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");
        using var cancel = new CancellationTokenSource();
        _lab.Athena.Troubles.BeforeCommit = () =>
        {
            cancel.Cancel();
            return Task.Delay(500);
        };
        await using AthenaMerge merge = Athena(await _warehouse.ReportAsync(), await _warehouse.RawAsync(), Options("2021-01-01"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => merge.ApplyAsync(cancel.Token));

        await AssertNoStagingAsync();
    }

    [Fact]
    public async Task Merge_LostContactIsUnknownAndTheNextRunIsRight()
    {
        await ThreeDaysAsync();
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-05");
        await using AthenaMerge merge = Athena(await _warehouse.ReportAsync(), await _warehouse.RawAsync(), Options("2021-01-05"));
        await merge.PlanAsync(default);
        _lab.Server.Faults.Add(FaultKind.Reset, "GetQueryExecution", times: 1000);
        _lab.Server.Faults.Add(FaultKind.Reset, "StopQueryExecution", times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => merge.ApplyAsync(default));

        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        _lab.Server.Faults.Clear();
        await WaitAsync(() => _lab.Athena.Queries[^1].State == "SUCCEEDED");
        Assert.Contains(await _warehouse.RowsAsync(), r => r.Contains("Changed", StringComparison.Ordinal));
        // The table may stand at the 5th, so the 4th is refused; the 5th itself has nothing left to do, and settles it.
        var refused = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-04"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, refused.Kind);
        Assert.NotNull((await _warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
        Assert.Null(MergeState.Of((await _warehouse.ReportAsync()).Metadata, SnapshotRef.Main)!.Unsettled);
    }

    [Fact]
    public async Task Merge_LostAnswersDoNothingTwice()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Server.Faults.Add(FaultKind.LostResponse, "StartQueryExecution", times: 2);
        _lab.Server.Faults.Add(FaultKind.Throttled, "GetQueryExecution", times: 2);
        _lab.Server.Faults.Add(FaultKind.ResetInResponse, "GetQueryResults");
        _lab.Server.Faults.Add(FaultKind.ErrorAfterSuccess, "UpdateTable");

        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(3, _lab.Athena.Queries.Count);
        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
    }

    public static TheoryData<FaultKind, string> Passing
    {
        get
        {
            FaultKind[] faults =
            [
                FaultKind.Reset, FaultKind.ResetInRequest, FaultKind.ResetInResponse, FaultKind.InternalError, FaultKind.SlowDown, FaultKind.Throttled,
                FaultKind.LostResponse, FaultKind.ErrorAfterSuccess, FaultKind.Delay,
            ];
            TheoryData<FaultKind, string> all = [];
            foreach (FaultKind fault in faults)
            {
                foreach (string operation in new[] { "StartQueryExecution", "GetQueryExecution", "GetQueryResults", "UpdateTable" }) all.Add(fault, operation);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Merge_HappensOnceWhateverTheAnswers(FaultKind fault, string operation)
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        using AthenaSession hasty = _lab.Session(http: AwsLab.Impatient with { AttemptTimeout = TimeSpan.FromSeconds(2) });
        _warehouse.Engine = (target, source, options) => new AthenaMerge(hasty, target, source, options);
        // A late answer is one of Athena's: Glue's is waited for longer here than the delay.
        _lab.Server.Faults.Add(new Fault(fault, operation) { Delay = fault == FaultKind.Delay ? TimeSpan.FromSeconds(3) : default });

        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(1, _lab.Server.Faults.Met);
        Assert.Equal(3, _lab.Athena.Queries.Count);
        Assert.Single((await _warehouse.ReportAsync()).Metadata.Snapshots);
        Assert.Equal(Tutorial.Report1, await _warehouse.RowsAsync());
        Assert.NotNull((await _warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
    }

    [Theory]
    [InlineData("StartQueryExecution", 2)]
    [InlineData("UpdateTable", 0)]
    public async Task Merge_WithExpiredKeysIsRefusedAndChangesNothing(string operation, int after)
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Server.Faults.Add(new Fault(FaultKind.ExpiredToken, operation) { After = after });

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.Empty(await _warehouse.RowsAsync());
        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_WhoseQueryFailsChangesNothing()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Athena.Troubles.Fail("MERGE INTO", new AthenaFailure("Query exhausted resources at this scale factor", 1, 2));

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Contains("exhausted", error.Message);
        Assert.Empty(await _warehouse.RowsAsync());
        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_ThatSomebodyCancelsChangesNothing()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        using AthenaClient somebody = new(_lab.Settings());
        await using AthenaMerge merge = Athena(await _warehouse.ReportAsync(), await _warehouse.RawAsync(), Options("2021-01-01"));
        await merge.PlanAsync(default);
        _lab.Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        Task<MergeSummary> applying = merge.ApplyAsync(default);
        await WaitAsync(() => _lab.Athena.Queries.Count == 3);
        await somebody.StopQueryExecutionAsync(new() { QueryExecutionId = _lab.Athena.Queries[^1].Id }, default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => applying);

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Contains("was stopped by somebody", error.Message);
        Assert.Empty(await _warehouse.RowsAsync());
        _lab.Athena.Troubles.RunTime = default;
        Assert.Equal((5, 0, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_IsWaitedForHoweverSlow()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        _lab.Athena.Troubles.QueueTime = _lab.Athena.Troubles.RunTime = TimeSpan.FromMilliseconds(400);

        MergeSummary merged = await _warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        // Three queries; timers may fire a little early.
        Assert.True(merged.Athena!.QueueTime >= TimeSpan.FromMilliseconds(1100) && merged.Athena.EngineTime >= TimeSpan.FromMilliseconds(1100), $"{merged.Athena}");
        Assert.Equal(3, _lab.Athena.Queries.Count);
    }

    [Fact]
    public async Task Merge_WhatAthenaCannotDoIsSaid()
    {
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.CreateReportAsync(Tutorial.Schema, formatVersion: 3);

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("format version 2", error.Message);
        Assert.Contains("-Engine Embedded", error.Message);
        Assert.Empty(_lab.Athena.Queries);
    }

    [Fact]
    public async Task Merge_RowsFromBeforeAColumnAreLeftToTheEmbeddedEngine()
    {
        await _warehouse.CreateReportAsync(Tutorial.Schema + ", nickname string");
        await _warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await _warehouse.MergeAsync("2021-01-01");
        await _warehouse.ImportAsync("employee_id,surname,record_deleted,nickname\n2,Changed,f,Sunny\n", "2021-01-04", new() { SchemaEvolution = SchemaEvolution.AddColumn });

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("from before its column 'nickname'", error.Message);
        _warehouse.Engine = (target, source, options) => new EmbeddedMerge(_warehouse.Session, target, source, options);
        Assert.Equal((0, 1, 0, 0), Counts(await _warehouse.MergeAsync("2021-01-04")));
    }

    [Fact]
    public async Task Merge_ADuplicateInTheReportIsNamed()
    {
        await ThreeDaysAsync();
        IcebergTable report = await _warehouse.ReportAsync();
        Snapshot first = report.Metadata.Snapshots[0];
        // The files of day 1 once more.
        ScanPlan files = await ScanPlanner.PlanAsync(report.Store, report.Metadata, first, report.Metadata.CurrentSchema, ScanOptions.All, default);
        string copy = files.Tasks[0].File.FilePath + ".copy.parquet";
        File.Copy(new Uri(files.Tasks[0].File.FilePath).LocalPath, new Uri(copy).LocalPath);
        await report.CommitAsync(new AppendFiles([files.Tasks[0].File with { FilePath = copy }]), default);
        await _warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-04");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.DuplicateKey, error.Kind);
        Assert.Contains("(employee_id = 2)", error.Message);
    }

    private async Task ThreeDaysAsync()
    {
        await _warehouse.CreateReportAsync(Tutorial.Schema);
        foreach ((string csv, string date) in new[] { (Tutorial.Day1, "2021-01-01"), (Tutorial.Day2, "2021-01-02"), (Tutorial.Day3, "2021-01-03") })
        {
            await _warehouse.ImportAsync(csv, date);
            await _warehouse.MergeAsync(date);
        }
    }

    private async Task AssertNoStagingAsync()
    {
        Assert.DoesNotContain(await _catalog.ListTablesAsync(null, default), t => t.Name.Contains("staging", StringComparison.Ordinal));
        string folder = new Uri((await _warehouse.ReportAsync()).Metadata.Location).LocalPath;
        string[] left = [.. Directory.GetDirectories(Path.GetDirectoryName(folder)!, "*staging*")];
        Assert.Empty(left.SelectMany(d => Directory.GetFiles(d, "*", SearchOption.AllDirectories)));
    }

    private static async Task WaitAsync(Func<bool> done)
    {
        for (int i = 0; i < 500 && !done(); i++) await Task.Delay(20);
        Assert.True(done());
    }

    private static MergeOptions Options(string date) => new() { ReportDate = Warehouse.Date(date), Key = ["employee_id"] };

    private static (long, long, long, long) Counts(MergeSummary merged) =>
        (merged.Plan.Inserted, merged.Plan.Updated, merged.Plan.Deleted, merged.Plan.Unchanged);
}
