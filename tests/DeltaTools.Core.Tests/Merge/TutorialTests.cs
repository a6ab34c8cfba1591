using DeltaTools.Core.Deltas;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

public sealed class TutorialTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Merge_ThreeDays(int formatVersion)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        DeltaImport first = await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        Assert.Equal((5, DeltaImportStatus.Imported), (first.Rows, first.Status));
        await warehouse.CreateReportAsync(Tutorial.Schema, formatVersion);

        MergeSummary day1 = await warehouse.MergeAsync("2021-01-01");
        Assert.Equal((5, 0, 0, 0), Counts(day1));
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());

        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        MergeSummary day2 = await warehouse.MergeAsync("2021-01-02");
        Assert.Equal((2, 1, 0, 0), Counts(day2));
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());

        await warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        MergeSummary day3 = await warehouse.MergeAsync("2021-01-03");
        Assert.Equal((3, 1, 1, 0), Counts(day3));
        Assert.Equal(Tutorial.Report3, await warehouse.RowsAsync());

        IcebergTable table = await warehouse.ReportAsync();
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync(table, table.Metadata.Snapshot(day1.SnapshotId!.Value)));
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync(table, table.Metadata.Snapshot(day2.SnapshotId!.Value)));
    }

    [Fact]
    public async Task Merge_DexterStaysGone()
    {
        await using Warehouse warehouse = await ThreeDaysAsync();
        foreach (string date in new[] { "2021-01-03", "2021-01-04", "2021-01-05" })
        {
            MergeSummary again = await warehouse.MergeAsync(date);
            Assert.Null(again.SnapshotId);
            Assert.NotNull(again.Plan.NothingToDo);
            Assert.Equal(Tutorial.Report3, await warehouse.RowsAsync());
        }
        Assert.Equal(3, (await warehouse.ReportAsync()).Metadata.Snapshots.Length);
    }

    [Fact]
    public async Task Merge_EarlierDateIsRefused()
    {
        await using Warehouse warehouse = await ThreeDaysAsync();
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02"));
        Assert.Equal(IcebergErrorKind.ReportDateRefused, error.Kind);
        Assert.Contains("2021-01-02", error.Message, StringComparison.Ordinal);
        Assert.Contains("2021-01-03", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_RebuildReplaysToTheEarlierDate()
    {
        await using Warehouse warehouse = await ThreeDaysAsync();
        MergeSummary rebuilt = await warehouse.MergeAsync("2021-01-02", new() { ReportDate = default, Key = ["employee_id"], Rebuild = true });
        Assert.NotNull(rebuilt.SnapshotId);
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
        await warehouse.MergeAsync("2021-01-03");
        Assert.Equal(Tutorial.Report3, await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_AllDaysAtOnceGivesTheSameRows()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await warehouse.CreateReportAsync(Tutorial.Schema);
        await warehouse.MergeAsync("2021-01-03", new() { ReportDate = default, Key = ["employee_id"], AuditDate = AuditDate.DateReceived });
        Assert.Equal(Tutorial.Report3, await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_NullToValueIsAnUpdateByItself()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.CreateReportAsync(Tutorial.Schema);
        await warehouse.MergeAsync("2021-01-01");
        await warehouse.ImportAsync("employee_id,sex,forename,surname,department_id,manager_id,record_deleted\n5,F,Lexie,Perry,2,17,f\n", "2021-01-02");
        MergeSummary merged = await warehouse.MergeAsync("2021-01-02");
        Assert.Equal((0, 1, 0, 0), Counts(merged));
        Assert.Contains("5|F|Lexie|Perry|2|17|2021-01-01|2021-01-02", await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_ChangedSurnameArrives()
    {
        await using Warehouse warehouse = await ThreeDaysAsync();
        await warehouse.ImportAsync("employee_id,sex,forename,surname,department_id,manager_id,record_deleted\n2,F,Summer,Carter,1,17,f\n", "2021-01-04");
        await warehouse.MergeAsync("2021-01-04");
        Assert.Contains("2|F|Summer|Carter|1|17|2021-01-01|2021-01-04", await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Import_TheSameContentTwiceIsAlreadyImported()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        DeltaImport first = await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        DeltaImport second = await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        Assert.Equal((DeltaImportStatus.AlreadyImported, first.SnapshotId, 5), (second.Status, second.SnapshotId, second.Rows));
        Assert.Single((await warehouse.RawAsync()).Metadata.Snapshots);
    }

    private static async Task<Warehouse> ThreeDaysAsync()
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync(Tutorial.Schema);
        (string, string)[] days = [(Tutorial.Day1, "2021-01-01"), (Tutorial.Day2, "2021-01-02"), (Tutorial.Day3, "2021-01-03")];
        foreach ((string csv, string date) in days)
        {
            await warehouse.ImportAsync(csv, date);
            await warehouse.MergeAsync(date);
        }
        return warehouse;
    }

    private static (long Inserted, long Updated, long Deleted, long Unchanged) Counts(MergeSummary summary) =>
        (summary.Plan.Inserted, summary.Plan.Updated, summary.Plan.Deleted, summary.Plan.Unchanged);
}
