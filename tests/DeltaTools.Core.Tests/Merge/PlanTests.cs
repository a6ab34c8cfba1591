using DeltaTools.Core.Merge;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Plans show what a merge does, and what was approved is what is done.</summary>
public sealed class PlanTests
{
    private static readonly MergeOptions Options = new() { ReportDate = default, Key = ["employee_id"], SampleSize = 5 };

    [Fact]
    public async Task Plan_ShowsChangesWithWhatWasAndWhatWillBe()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        await warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");

        MergePlan plan = await warehouse.PlanAsync("2021-01-03", Options);

        Assert.Equal(
            ["Delete employee_id 1", "Update employee_id 5", "Insert employee_id 6", "Insert employee_id 7", "Insert employee_id 9", "Insert employee_id 10", "Insert employee_id 11"],
            plan.Sample.Select(c => c.ToString().Split(':')[0]));
        Assert.Equal("Update employee_id 5: department_id NULL -> 2, manager_id 17 -> 18, record_last_updated 2021-01-01 -> 2021-01-03", plan.Sample[1].ToString());
        Assert.Contains("surname Mitchell -> NULL", plan.Sample[0].ToString(), StringComparison.Ordinal);
    }

    /// <summary>Its commits have no numbers, by which a merge tells what is new.</summary>
    [Fact]
    public async Task Plan_RefusesARawTableOfVersion1UntilItIsUpgraded()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreatePartitionedRawAsync("employee_id int, surname string, record_deleted boolean, date_received date", "", 1);
        await warehouse.CreateReportAsync("employee_id int, surname string");
        await warehouse.ImportAsync("employee_id,surname\n1,First\n", "2021-01-01");

        var error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.PlanAsync("2021-01-01", Options));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("Set-IcebergTable hr.raw_deltas -FormatVersion 2", error.Message, StringComparison.Ordinal);
        await (await warehouse.RawAsync()).CommitAsync(new ChangeTable { FormatVersion = 2 }, default);
        await warehouse.MergeAsync("2021-01-01", Options);
        await warehouse.ImportAsync("employee_id,surname\n1,Late\n", "2021-01-01");
        Assert.Equal(1, (await warehouse.MergeAsync("2021-01-01", Options)).Plan.Updated);
        Assert.Equal("1|Late", Assert.Single(await warehouse.RowsAsync()));
    }

    [Fact]
    public async Task Apply_DoesWhatWasApproved()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        MergePlan plan = await warehouse.PlanAsync("2021-01-02", Options);

        MergeSummary merged = await warehouse.MergeAsync("2021-01-02", Options with { Approved = plan });

        Assert.Equal((plan.Inserted, plan.Updated), (merged.Plan.Inserted, merged.Plan.Updated));
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Apply_RefusesWhenTheRawTableHasMoved()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        MergePlan plan = await warehouse.PlanAsync("2021-01-02", Options);
        await warehouse.ImportAsync(Tutorial.Day3, "2021-01-03");

        await RefusedAsync(warehouse, plan, "hr.raw_deltas");
    }

    [Fact]
    public async Task Apply_RefusesWhenTheReportHasMoved()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        MergePlan plan = await warehouse.PlanAsync("2021-01-02", Options);
        await warehouse.MergeAsync("2021-01-02");

        await RefusedAsync(warehouse, plan, "hr.employee");
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
    }

    private static async Task RefusedAsync(Warehouse warehouse, MergePlan plan, string table)
    {
        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeAsync("2021-01-02", Options with { Approved = plan }));
        Assert.Equal(IcebergErrorKind.PlanStale, error.Kind);
        Assert.Contains($"table {table} was changed since", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Warehouse> OpenAsync()
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.CreateReportAsync(Tutorial.Schema);
        await warehouse.MergeAsync("2021-01-01");
        return warehouse;
    }
}
