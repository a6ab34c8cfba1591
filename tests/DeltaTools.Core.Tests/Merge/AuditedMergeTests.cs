using DeltaTools.Core.Deltas;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>Write, audit, publish.</summary>
public sealed class AuditedMergeTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Merge_ThatPassesIsPublishedAsTheSnapshotThatWasChecked(int version)
    {
        await using Warehouse warehouse = await OpenAsync(version);
        string? seen = null;
        var checks = new MergeChecks
        {
            NotNull = ["surname"],
            Unique = [["employee_id"], ["forename", "surname"]],
            MaxRowChangePercent = 50,
            Custom = async (plan, branch, _) =>
            {
                IcebergTable during = await warehouse.ReportAsync();
                Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());
                Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync(during, during.Metadata.Snapshot(during.Metadata.Refs[branch].SnapshotId)));
                seen = branch;
                return null;
            },
        };

        MergeSummary merged = await warehouse.MergeCheckedAsync("2021-01-02", checks);

        IcebergTable table = await warehouse.ReportAsync();
        Assert.Equal(merged.SnapshotId, table.Metadata.CurrentSnapshotId);
        Assert.Equal(Tutorial.Report2, await warehouse.RowsAsync());
        Assert.Equal("main", Assert.Single(table.Metadata.Refs).Key);
        Assert.StartsWith("audit_2021-01-02_", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(table.Metadata.Properties.Keys, k => k.Contains("audit", StringComparison.Ordinal));
        Assert.NotNull((await warehouse.MergeAsync("2021-01-02")).Plan.NothingToDo);
    }

    [Fact]
    public async Task Merge_ThatFailsIsNotSeenOnMainAndIsKeptOnItsBranch()
    {
        await using Warehouse warehouse = await OpenAsync();
        long? before = (await warehouse.ReportAsync()).Metadata.CurrentSnapshotId;
        var checks = new MergeChecks { NotNull = ["department_id"], Unique = [["surname"], ["department_id"]], MaxRowChangePercent = 10, Custom = (_, _, _) => Task.FromResult<string?>("no") };
        await warehouse.ImportAsync("employee_id,sex,forename,surname,department_id,manager_id,record_deleted\n8,F,Ann,Carter,,1,f\n", "2021-01-02");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeCheckedAsync("2021-01-02", checks));

        IcebergTable table = await warehouse.ReportAsync();
        Assert.Equal(IcebergErrorKind.MergeRefused, error.Kind);
        Assert.Equal(before, table.Metadata.CurrentSnapshotId);
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());
        (string branch, SnapshotRef kept) = Assert.Single(table.Metadata.Refs, r => r.Key != "main");
        Assert.Equal(8, (await warehouse.RowsAsync(table, table.Metadata.Snapshot(kept.SnapshotId))).Count);
        Assert.NotNull(kept.MaxRefAge);
        string[] said = ["column department_id is NULL in 1 rows", "1 values of surname are in several rows, such as (Carter)", "from 5 to 8 (+60 %)", "; no.", $"-Ref {branch}"];
        Assert.All(said, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_IntoAnEmptyTableIsCheckedToo()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.CreateReportAsync(Tutorial.Schema);

        await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeCheckedAsync("2021-01-01", new MergeChecks { NotNull = ["department_id"] }));
        Assert.Null((await warehouse.ReportAsync()).Metadata.CurrentSnapshotId);

        await warehouse.MergeCheckedAsync("2021-01-01", new MergeChecks { NotNull = ["surname"], MaxRowChangePercent = 1 });
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_IsPlannedAndCheckedAnewWhenAnotherWriterWasFaster()
    {
        await using Warehouse warehouse = await OpenAsync();
        int checkedTimes = 0;
        var checks = new MergeChecks
        {
            Custom = async (_, _, _) =>
            {
                if (++checkedTimes > 1) return null;
                await warehouse.MergeAsync("2021-01-01", new() { ReportDate = default, Key = ["employee_id"], Rebuild = true, AuditDate = AuditDate.ReportDate });
                await warehouse.ImportAsync("employee_id,sex,forename,surname,department_id,manager_id,record_deleted\n8,F,Ann,Archer,1,1,f\n", "2021-01-01");
                await warehouse.MergeAsync("2021-01-01");
                return null;
            },
        };

        MergeSummary merged = await warehouse.MergeCheckedAsync("2021-01-02", checks);

        Assert.Equal((2, 2), (checkedTimes, merged.Attempts));
        Assert.Equal(Tutorial.Report2.Append("8|F|Ann|Archer|1|1|2021-01-01|2021-01-01"), await warehouse.RowsAsync());
        Assert.Single((await warehouse.ReportAsync()).Metadata.Refs);
    }

    [Fact]
    public async Task Merge_ThatLosesToAnotherWriterForGoodLeavesNoBranch()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync("employee_id int, surname string", 2, ("commit.retry.num-retries", "0"));
        await warehouse.ImportAsync("employee_id,surname\n1,a\n", "2021-01-01");
        var checks = new MergeChecks
        {
            Custom = async (_, _, _) =>
            {
                await warehouse.MergeAsync("2021-01-01");
                return null;
            },
        };

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => warehouse.MergeCheckedAsync("2021-01-01", checks));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.Equal(["main"], (await warehouse.ReportAsync()).Metadata.Refs.Keys);
        Assert.Equal(["1|a"], await warehouse.RowsAsync());
    }

    [Fact]
    public async Task Merge_RefusesARuleAboutAColumnThatIsNotThere()
    {
        await using Warehouse warehouse = await OpenAsync();
        await using var merge = new AuditedMerge(
            warehouse.Session, await warehouse.ReportAsync(), await warehouse.RawAsync(),
            new() { ReportDate = Warehouse.Date("2021-01-02"), Key = ["employee_id"] }, new() { Unique = [["nope"]] });

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => merge.PlanAsync(default));

        Assert.Contains("'nope'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_ThatFailsTakesBackTheColumnsThatItAdded()
    {
        await using Warehouse warehouse = await OpenAsync();
        await warehouse.ImportAsync("employee_id,email\n1,d@x\n", "2021-01-02", new() { SchemaEvolution = SchemaEvolution.AddColumn });
        MergeOptions options = new() { ReportDate = default, Key = ["employee_id"], SchemaEvolution = SchemaEvolution.AddColumn };

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(
            () => warehouse.MergeCheckedAsync("2021-01-02", new() { NotNull = ["email"] }, options));

        IcebergTable table = await warehouse.ReportAsync();
        Assert.Null(table.Metadata.CurrentSchema.FindField("email"));
        Snapshot kept = table.Metadata.Snapshot(table.Metadata.Refs.Single(r => r.Key != "main").Value.SnapshotId)!;
        Assert.Contains($"-SnapshotId {kept.SnapshotId}", error.Message, StringComparison.Ordinal);
        Assert.NotNull(table.Metadata.SchemaOf(kept).FindField("email"));
        Assert.Equal(Tutorial.Report1, await warehouse.RowsAsync());

        await warehouse.MergeCheckedAsync("2021-01-02", new() { NotNull = ["surname"] }, options);
        Assert.NotNull((await warehouse.ReportAsync()).Metadata.CurrentSchema.FindField("email"));
        Assert.StartsWith("1|M|Dexter|Mitchell|1|17|2021-01-01|2021-01-02|d@x", (await warehouse.RowsAsync())[0], StringComparison.Ordinal);
    }

    private static async Task<Warehouse> OpenAsync(int version = 2)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.ImportAsync(Tutorial.Day1, "2021-01-01");
        await warehouse.CreateReportAsync(Tutorial.Schema, version);
        await warehouse.MergeAsync("2021-01-01");
        await warehouse.ImportAsync(Tutorial.Day2, "2021-01-02");
        return warehouse;
    }
}
