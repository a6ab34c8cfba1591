using DeltaTools.Core.Athena;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>How a merge on Athena knows what became of it: others may write meanwhile, and Athena may not tell.</summary>
public sealed class AthenaMergeOutcomeTests : AthenaMergeTest
{
    [Fact]
    public async Task Merge_AnotherWriterMeanwhileIsSeen()
    {
        await ThreeDaysAsync();
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Changed,f\n", "2021-01-04");
        Lab.Athena.Troubles.BeforeCommit = () => OtherMergesAsync("2021-01-04");

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-04");

        // The other one did the work; nothing was left, and nothing was done twice.
        Assert.Null(merged.SnapshotId);
        Assert.Equal(4, (await Warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Assert.Single(await Warehouse.RowsAsync(), r => r.StartsWith("2|", StringComparison.Ordinal));
    }

    /// <summary>Rows of an earlier date must not come over those of a later one, however late the statement starts.</summary>
    [Fact]
    public async Task Merge_ThatIsOvertakenByALaterDateIsRefused()
    {
        await ThreeDaysAsync();
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fourth,f\n", "2021-01-04");
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fifth,f\n", "2021-01-05");
        Lab.Athena.Troubles.BeforeMerge = () => OtherMergesAsync("2021-01-05");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        Assert.Contains(await Warehouse.RowsAsync(), r => r.Contains("|Fifth|", StringComparison.Ordinal));
        Assert.Equal(4, (await Warehouse.ReportAsync()).Metadata.Snapshots.Length);
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_ThatIsOvertakenIsPlannedAnew()
    {
        await ThreeDaysAsync();
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fourth,f\n", "2021-01-04");
        await Warehouse.ImportAsync("employee_id,surname,record_deleted\n2,Fifth,f\n3,Fifth,f\n", "2021-01-05");
        Lab.Athena.Troubles.BeforeMerge = () => OtherMergesAsync("2021-01-04");

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-05");

        Assert.Equal((0, 2, 0, 0), Counts(merged));
        Assert.Equal(2, merged.Attempts);
        Assert.Equal(2, (await Warehouse.RowsAsync()).Count(r => r.Contains("|Fifth|", StringComparison.Ordinal)));
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
    }

    /// <summary>Snapshots of others may look like what was planned; the rows of the merge must come nevertheless.</summary>
    [Theory]
    [InlineData("2,Changed,f", "INSERT INTO \"hr\".\"employee\" (employee_id, surname) VALUES (77, 'Other')")]
    [InlineData("2,Bennett,t", "DELETE FROM \"hr\".\"employee\" WHERE employee_id = 5")]
    public async Task Merge_DoesNotTakeAnothersSnapshotForItsOwn(string delta, string others)
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        await Warehouse.MergeAsync("2021-01-01");
        await Warehouse.ImportAsync($"employee_id,surname,record_deleted\n{delta}\n", "2021-01-04");
        Lab.Athena.Troubles.BeforeMerge = async () =>
        {
            using AthenaSession other = Lab.Session();
            await other.RunAsync(new(others), default);
        };

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-04");

        Assert.Equal(2, merged.Attempts);
        Assert.Equal((await Warehouse.ReportAsync()).Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.DoesNotContain(await Warehouse.RowsAsync(), r => r.StartsWith("2|", StringComparison.Ordinal) && r.Contains("Bennett", StringComparison.Ordinal));
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-04")).Plan.NothingToDo);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merge_ThatIsNotCountedIsLookedFor(bool refused)
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.HidesUpdateCount = !refused;
        // The first two results are those of the plan.
        if (refused) Lab.Server.Faults.Add(new Fault(FaultKind.ExpiredToken, "GetQueryResults") { After = 2 });

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal((await Warehouse.ReportAsync()).Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.Single(Lab.Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
    }

    /// <summary>Athena documents the count for INSERT and UPDATE, so a merge has to find its end without, also where nothing may be tried again.</summary>
    [Fact]
    public async Task Merge_ThatIsNotCountedIsLookedForAlsoWithoutRetries()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        await (await Warehouse.ReportAsync()).CommitAsync(new UpdateProperties { Set = SampleTables.Properties(("commit.retry.num-retries", "0")) }, default);
        Lab.Athena.Troubles.HidesUpdateCount = true;

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((5, 0, 0, 0), Counts(merged));
        Assert.Equal((await Warehouse.ReportAsync()).Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Merge_InBatchesFindsItsEndWithoutCountsAndWithoutTheTableOfBranches(bool uncounted, bool shut)
    {
        string rows = string.Concat(Enumerable.Range(1, 250).Select(i => $"{i},p{i},First,f\n"));
        await Warehouse.ImportAsync("employee_id,part,surname,record_deleted\n" + rows, "2021-01-01");
        await Warehouse.CreatePartitionedReportAsync("employee_id int, part string, surname string", "part");
        Lab.Athena.Troubles.HidesUpdateCount = uncounted;
        if (shut) Lab.Athena.Troubles.Fail("$refs", new AthenaFailure("PERMISSION_DENIED: Access Denied: Cannot select from table hr.employee$refs", 2, 1), times: 100);

        MergeSummary merged = await Warehouse.MergeAsync("2021-01-01");

        Assert.Equal((250, 0, 0, 0), Counts(merged));
        IcebergTable report = await Warehouse.ReportAsync();
        Assert.Equal(report.Metadata.CurrentSnapshotId, merged.SnapshotId);
        Assert.Equal(3, report.Metadata.Snapshots.Length);
        Assert.Equal(250, (await Warehouse.RowsAsync()).Count);
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-01")).Plan.NothingToDo);
        await AssertNoStagingAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merge_InBatchesThatIsOvertakenByALaterDateIsRefused(bool byAthena)
    {
        string rows = string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},First,f\n"));
        await Warehouse.ImportAsync("employee_id,part,surname,record_deleted\n" + rows, "2021-01-01");
        await Warehouse.CreatePartitionedReportAsync("employee_id int, part string, surname string", "part");
        await Warehouse.MergeAsync("2021-01-01");
        await Warehouse.ImportAsync("employee_id,part,surname,record_deleted\n" + rows.Replace("First", "Fourth", StringComparison.Ordinal), "2021-01-04");
        await Warehouse.ImportAsync("employee_id,part,surname,record_deleted\n" + string.Concat(Enumerable.Range(1, 150).Select(i => $"{i},p{i},Fifth,{(i == 2 ? "t" : "f")}\n")), "2021-01-05");
        Lab.Athena.Troubles.BeforeMerge = () => byAthena ? Warehouse.MergeAsync("2021-01-05") : OtherMergesAsync("2021-01-05");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Warehouse.MergeAsync("2021-01-04"));

        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        List<string> now = await Warehouse.RowsAsync();
        Assert.Equal(149, now.Count);
        Assert.All(now, r => Assert.EndsWith("|Fifth", r, StringComparison.Ordinal));
        Assert.NotNull((await Warehouse.MergeAsync("2021-01-05")).Plan.NothingToDo);
        await AssertNoStagingAsync();
    }

    [Fact]
    public async Task Merge_DoesWithoutTheTableOfBranchesWhereItIsShut()
    {
        await Warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await Warehouse.CreateReportAsync(Tutorial.Schema);
        Lab.Athena.Troubles.Fail("$refs", new AthenaFailure("PERMISSION_DENIED: Access Denied: Cannot select from table hr.employee$refs", 2, 1));

        Assert.Equal((5, 0, 0, 0), Counts(await Warehouse.MergeAsync("2021-01-01")));

        Assert.Equal(Tutorial.Report1, await Warehouse.RowsAsync());
        Assert.Contains(Log, l => l.Contains("does without", StringComparison.Ordinal));
    }

    private async Task OtherMergesAsync(string date)
    {
        Warehouse.Engine = (target, source, options) => new EmbeddedMerge(Warehouse.Session, target, source, options);
        await Warehouse.MergeAsync(date);
        Warehouse.Engine = Athena;
    }
}
