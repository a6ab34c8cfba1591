using DeltaTools.Core.Athena;
using DeltaTools.Core.Aws.Athena;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tests.Aws;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What goes wrong while a merge runs on Athena: each ends in the right state with the right error, nothing lost, nothing doubled.</summary>
public sealed class AthenaMergeFaultTests : AthenaMergeTest
{
    [Fact]
    public async Task Merge_AFailedBatchLeavesNoStagingAndTheNextRunFinishes()
    {
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},f\n"));
        await Warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await Warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");
        Lab.Athena.Troubles.Fail("\"_batch\" = 1)", new AthenaFailure("GENERIC_INTERNAL_ERROR: out of luck", 1, 0));

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Equal(100, (await Warehouse.RowsAsync()).Count);
        await AssertNoStagingAsync();
        Assert.Equal((50, 0, 0, 100), Counts(await Warehouse.MergeAsync("2021-01-01")));
        Assert.Equal(150, (await Warehouse.RowsAsync()).Count);
    }

    [Fact]
    public async Task Merge_CommitErrorIsPlannedAnew()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"), times: 2);

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal(3, merged.Attempts);
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_CommitErrorThoughItSucceededIsCountedOnce()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"), afterSuccess: true);

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal((await Warehouse.ReportAsync()).Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_CancelStopsTheQuery()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        using var cancel = new CancellationTokenSource();
        await using AthenaMerge merge = Athena(await Warehouse.ReportAsync(), await Warehouse.RawAsync(), Options("2021-01-01"));
        await merge.PlanAsync(default);
        Lab.Athena.Troubles.RunTime = TimeSpan.FromSeconds(60);
        cancel.CancelAfter(300);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => merge.ApplyAsync(cancel.Token));

        Assert.Equal("CANCELLED", Lab.Athena.Queries[^1].State);
        Assert.Empty(await Warehouse.RowsAsync());
        Lab.Athena.Troubles.RunTime = default;
        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_CancelDuringBatchesLeavesNoStaging()
    {
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},f\n"));
        await Warehouse.ImportAsync("employee_id,part,record_deleted\n" + rows, "2021-01-01");
        await Warehouse.CreatePartitionedReportAsync("employee_id int, part string", "part");
        using var cancel = new CancellationTokenSource();
        Lab.Athena.Troubles.BeforeCommit = () =>
        {
            cancel.Cancel();
            return Task.Delay(500);
        };
        await using AthenaMerge merge = Athena(await Warehouse.ReportAsync(), await Warehouse.RawAsync(), Options("2021-01-01"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => merge.ApplyAsync(cancel.Token));

        await AssertNoStagingAsync();
    }

    [Fact]
    public async Task Merge_LostContactIsUnknownAndTheNextRunIsRight()
    {
        await ThreeDaysAsync();
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-05");
        await using AthenaMerge merge = Athena(await Warehouse.ReportAsync(), await Warehouse.RawAsync(), Options("2021-01-05"));
        await merge.PlanAsync(default);
        Lab.Server.Faults.Add(FaultKind.Reset, "GetQueryExecution", times: 1000);
        Lab.Server.Faults.Add(FaultKind.Reset, "StopQueryExecution", times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => merge.ApplyAsync(default));

        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        Lab.Server.Faults.Clear();
        await WaitAsync(() => Lab.Athena.Queries[^1].State == "SUCCEEDED");
        Assert.Contains(await Warehouse.RowsAsync(), r => r.Contains("Changed", StringComparison.Ordinal));
        // The table may stand at the 5th, so the 4th is refused; the 5th itself has nothing left to do, and settles it.
        var refused = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, refused.Kind);
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
        Assert.Null(MergeState.Of((await Warehouse.ReportAsync()).Metadata, SnapshotRef.Main)!.Unsettled);
    }

    [Fact]
    public async Task Merge_LostAnswersDoNothingTwice()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Server.Faults.Add(FaultKind.LostResponse, "StartQueryExecution", times: 2);
        Lab.Server.Faults.Add(FaultKind.Throttled, "GetQueryExecution", times: 2);
        Lab.Server.Faults.Add(FaultKind.ResetInResponse, "GetQueryResults");
        Lab.Server.Faults.Add(FaultKind.ErrorAfterSuccess, "UpdateTable");

        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(3, Lab.Athena.Queries.Count);
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
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
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        using AthenaSession hasty = Lab.Session(http: AwsLab.Impatient with { AttemptTimeout = TimeSpan.FromSeconds(2) });
        Warehouse.Engine = (target, source, options) => new AthenaMerge(hasty, target, source, options);
        // A late answer is one of Athena's: Glue's is waited for longer here than the delay.
        Lab.Server.Faults.Add(new Fault(fault, operation) { Delay = fault == FaultKind.Delay ? TimeSpan.FromSeconds(3) : default });

        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(1, Lab.Server.Faults.Met);
        Assert.Equal(3, Lab.Athena.Queries.Count);
        Assert.Single((await Warehouse.ReportAsync()).Metadata.Snapshots);
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
    }

    [Theory]
    [InlineData("StartQueryExecution", 2)]
    [InlineData("UpdateTable", 0)]
    public async Task Merge_WithExpiredKeysIsRefusedAndChangesNothing(string operation, int after)
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Server.Faults.Add(new Fault(FaultKind.ExpiredToken, operation) { After = after });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.Empty(await Warehouse.RowsAsync());
        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_WhoseQueryFailsChangesNothing()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.Fail("MERGE INTO", new AthenaFailure("Query exhausted resources at this scale factor", 1, 2));

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-01"));

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Contains("exhausted", error.Message);
        Assert.Empty(await Warehouse.RowsAsync());
        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_ThatSomebodyCancelsChangesNothing()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        using AthenaClient somebody = new(Lab.Settings());
        await using AthenaMerge merge = Athena(await Warehouse.ReportAsync(), await Warehouse.RawAsync(), Options("2021-01-01"));
        await merge.PlanAsync(default);
        Lab.Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        Task<MergeSummary> applying = merge.ApplyAsync(default);
        await WaitAsync(() => Lab.Athena.Queries.Count == 3);
        await somebody.StopQueryExecutionAsync(new() { QueryExecutionId = Lab.Athena.Queries[^1].Id }, default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => applying);

        Assert.Equal(IcebergErrorKind.QueryFailed, error.Kind);
        Assert.Contains("was stopped by somebody", error.Message);
        Assert.Empty(await Warehouse.RowsAsync());
        Lab.Athena.Troubles.RunTime = default;
        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));
    }

    [Fact]
    public async Task Merge_IsWaitedForHoweverSlow()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.QueueTime = Lab.Athena.Troubles.RunTime = TimeSpan.FromMilliseconds(400);

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        // Three queries; timers may fire a little early.
        Assert.True(merged.Athena!.QueueTime >= TimeSpan.FromMilliseconds(1100) && merged.Athena.EngineTime >= TimeSpan.FromMilliseconds(1100), $"{merged.Athena}");
        Assert.Equal(3, Lab.Athena.Queries.Count);
    }
}
