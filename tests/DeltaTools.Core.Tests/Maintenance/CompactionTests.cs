using System.Collections.Immutable;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Maintenance;

public class CompactionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_MakesOneFileOfSmallOnes(int formatVersion)
    {
        await using StoredTable table = await StoredTable.CreateAsync(formatVersion: formatVersion);
        for (int i = 0; i < 5; i++) await table.AppendIdsAsync(i * 10, (i * 10) + 10);
        List<string> before = await table.RowsAsync();

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((5, 1, 1), (result.FilesRemoved, result.FilesAdded, result.Commits));
        Assert.Equal(table.Head.SnapshotId, result.SnapshotId);
        Assert.Equal("replace", table.Head.Operation);
        Assert.Equal("50", table.Head.Summary["total-records"]);
        Assert.Equal(before.Order(StringComparer.Ordinal), await table.SortedRowsAsync());
        FileScanTask file = Assert.Single((await table.PlanAsync()).Tasks);
        Assert.Equal(formatVersion == 1 ? 0 : 5, file.SequenceNumber);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_NothingToDoMakesNoSnapshot()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        CompactionResult empty = await table.OptimizeAsync();
        for (int i = 0; i < 4; i++) await table.AppendIdsAsync(i, i + 1);
        string state = table.Table.MetadataLocation;
        CompactionResult few = await table.OptimizeAsync();

        Assert.Null(empty.SnapshotId);
        Assert.Equal("The table has no data files.", empty.Plan.NothingToDo);
        Assert.Null(few.SnapshotId);
        Assert.StartsWith("No partition has 5 files that are too small", few.Plan.NothingToDo, StringComparison.Ordinal);
        Assert.Equal(state, table.Table.MetadataLocation);

        Assert.NotNull((await table.OptimizeAsync(new() { MinInputFiles = 4 })).SnapshotId);
        Assert.Null((await table.OptimizeAsync(new() { MinInputFiles = 1 })).SnapshotId);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_AppliesPositionDeletes(int formatVersion)
    {
        await using StoredTable table = await StoredTable.CreateAsync(formatVersion: formatVersion);
        await table.AppendIdsAsync(0, 10);
        await table.AppendIdsAsync(10, 20);
        await table.DeleteAsync("f1 IN (3, 12)");
        await table.DeleteAsync("f1 = 4");
        List<string> before = await table.SortedRowsAsync(formatVersion >= 3);

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((2, 1, formatVersion == 2 ? 3 : 2), (result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Equal(before, await table.SortedRowsAsync(formatVersion >= 3));
        Assert.Empty(Assert.Single((await table.PlanAsync()).Tasks).Deletes);
        Assert.Equal(("17", "0", "0"), (table.Head.Summary["total-records"], table.Head.Summary["total-delete-files"], table.Head.Summary["total-position-deletes"]));
        Assert.Null((await table.OptimizeAsync()).SnapshotId);
    }

    [Fact]
    public async Task RunAsync_AppliesEqualityDeletes()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.DeleteEqualAsync(3, 4);
        await table.AppendIdsAsync(4, 6);
        List<string> before = await table.SortedRowsAsync();

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((2, 1, 1), (result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Equal(before, await table.SortedRowsAsync());
        FileScanTask file = Assert.Single((await table.PlanAsync()).Tasks);
        Assert.Empty(file.Deletes);
        // That of the state in which they were applied.
        Assert.Equal(3, file.SequenceNumber);
    }

    [Fact]
    public async Task RunAsync_RemovesDeletesThatApplyToNothing()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.DeleteEqualAsync(3);
        DataFile old = (await table.PlanAsync()).Tasks[0].File;
        await table.CommitAsync(new RowDelta(table.Head.SnapshotId) { RemovedData = [old], AddedData = await table.WriteAsync("SELECT 1::INT, 'a'"), Isolation = Isolation.None });

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((0, 0, 1), (result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Equal("0", table.Head.Summary["total-delete-files"]);
        Assert.Equal(["1|a"], await table.RowsAsync());
    }

    [Fact]
    public async Task RunAsync_LeavesLargeFilesWithFewDeletesAlone()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10_000);
        long size = (await table.PlanAsync()).Tasks[0].File.FileSizeInBytes;
        var options = new CompactionOptions { TargetFileSize = size };
        await table.DeleteAsync("f1 < 2999");
        CompactionPlan few = await table.Compaction(options).PlanAsync(default);
        await table.DeleteAsync("f1 = 2999");
        CompactionPlan many = await table.Compaction(options).PlanAsync(default);

        Assert.Empty(few.Groups);
        Assert.Equal(CompactionReasons.Deletes, Assert.Single(many.Groups).Reasons);
        Assert.Equal(2, many.DeleteFiles);
        Assert.Single((await table.Compaction(options with { DeleteRatio = 1, DeleteFileThreshold = 2 }).PlanAsync(default)).Groups);
        Assert.Empty((await table.Compaction(options with { DeleteRatio = 1 }).PlanAsync(default)).Groups);
    }

    [Fact]
    public async Task RunAsync_SplitsLargeFilesEvenlyAndInOrder()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 100_000);
        long size = (await table.PlanAsync()).Tasks[0].File.FileSizeInBytes;

        CompactionResult result = await table.OptimizeAsync(new() { TargetFileSize = size / 4 });

        Assert.Equal((1, 4), (result.FilesRemoved, result.FilesAdded));
        ImmutableArray<FileScanTask> files = [.. (await table.PlanAsync()).Tasks.OrderBy(f => f.File.FilePath, StringComparer.Ordinal)];
        Assert.All(files, f => Assert.InRange(f.File.RecordCount, 24_000, 26_000));
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => $"{i}|n{i}"), await table.RowsAsync(files));
        Assert.Null((await table.OptimizeAsync(new() { TargetFileSize = size / 4 })).SnapshotId);
    }

    [Fact]
    public async Task RunAsync_StaysWithinPartitions()
    {
        await using StoredTable table = await StoredTable.CreateAsync(partition: ["truncate(10, id)"]);
        for (int i = 0; i < 5; i++) await table.AppendAsync($"SELECT (x * 10 + {i})::INT, 'n' FROM range(0, 3) t(x)");
        await table.AppendAsync("SELECT 35::INT, 'alone'");
        List<string> before = await table.SortedRowsAsync();

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((15, 3), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal(before, await table.SortedRowsAsync());
        ScanPlan plan = await table.PlanAsync();
        Assert.Equal([0, 10, 20, 30], plan.Tasks.Select(t => (int)t.File.Partition[0]!).Order());
        Assert.All(plan.Tasks.Where(t => t.File.RecordCount > 1), t => Assert.Contains($"/id_trunc={t.File.Partition[0]}/", t.File.FilePath, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_BringsFilesOfOlderSpecsIntoTheCurrentOne()
    {
        await using StoredTable table = await StoredTable.CreateAsync(partition: ["truncate(10, id)"]);
        await table.AppendIdsAsync(0, 30);
        await table.CommitAsync(new UpdatePartitionSpec([new RemovePartitionField("id_trunc"), new AddPartitionField("name", new TruncateTransform(1))]));
        await table.AppendIdsAsync(30, 40);
        List<string> before = await table.SortedRowsAsync();

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((3, 1), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal(CompactionReasons.TooSmall | CompactionReasons.OldSpec, Assert.Single(result.Plan.Groups).Reasons);
        Assert.Equal(before, await table.SortedRowsAsync());
        Assert.All((await table.PlanAsync()).Tasks, t => Assert.Equal(table.Metadata.DefaultSpecId, t.File.SpecId));
    }

    [Fact]
    public async Task RunAsync_ToNoPartitionsTakesFilesOfAllSpecsTogether()
    {
        await using StoredTable table = await StoredTable.CreateAsync(partition: ["truncate(10, id)"]);
        await table.AppendIdsAsync(0, 30);
        await table.CommitAsync(new UpdatePartitionSpec([new RemovePartitionField("id_trunc")]));
        await table.AppendIdsAsync(30, 40);
        await table.AppendIdsAsync(40, 50);

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((5, 1), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal(50, (await table.RowsAsync()).Distinct().Count());
    }

    [Fact]
    public async Task RunAsync_OnlyTouchesFilesThatMayMatch()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        for (int i = 0; i < 10; i++) await table.AppendIdsAsync(i * 10, (i * 10) + 10);

        CompactionResult result = await table.OptimizeAsync(new() { Filter = FilterParser.Parse("id < 55") });
        CompactionResult none = await table.OptimizeAsync(new() { Filter = FilterParser.Parse("id > 1000") });

        Assert.Equal((6, 1), (result.FilesRemoved, result.FilesAdded));
        Assert.Equal([10L, 10, 10, 10, 60], (await table.PlanAsync()).Tasks.Select(t => t.File.RecordCount).Order());
        Assert.Equal("No data file can hold rows that match -Where.", none.Plan.NothingToDo);
    }

    [Fact]
    public async Task RunAsync_SortsByTheTablesOrder()
    {
        await using StoredTable table = await StoredTable.CreateAsync(sort: ["name desc"]);
        for (int i = 0; i < 5; i++) await table.AppendIdsAsync(i, i + 2);

        await table.OptimizeAsync();

        Assert.Equal(["5|n5", "4|n4", "4|n4", "3|n3", "3|n3", "2|n2", "2|n2", "1|n1", "1|n1", "0|n0"], await table.RowsAsync());
        Assert.Equal(table.Metadata.DefaultSortOrderId, (await table.PlanAsync()).Tasks[0].File.SortOrderId);
    }

    [Fact]
    public async Task RunAsync_SortsAllFilesWhenAsked()
    {
        await using StoredTable table = await StoredTable.CreateAsync(partition: ["truncate(100, id)"]);
        await table.AppendAsync("SELECT ((i * 37) % 100)::INT, 'n' || (i % 3) FROM range(0, 100) t(i)");

        CompactionResult sorted = await table.OptimizeAsync(new() { Sort = ["name desc, id"] });

        Assert.Equal((1, 1), (sorted.FilesRemoved, sorted.FilesAdded));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => (Id: i * 37 % 100, Name: $"n{i % 3}")).OrderByDescending(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.Id)
                .Select(r => $"{r.Id}|{r.Name}"),
            await table.RowsAsync());
        Assert.Equal(0, (await table.PlanAsync()).Tasks[0].File.SortOrderId);
    }

    [Fact]
    public async Task RunAsync_SortingByAnOrderThatTheTableKnowsIsDoneOnce()
    {
        await using StoredTable table = await StoredTable.CreateAsync(sort: ["name"]);
        await table.AppendIdsAsync(0, 10);
        DataFile file = (await table.PlanAsync()).Tasks[0].File;
        Assert.Null((await table.OptimizeAsync(new() { Sort = ["name"] })).SnapshotId);

        Assert.NotNull((await table.OptimizeAsync(new() { Sort = ["id desc"] })).SnapshotId);
        Assert.NotEqual(file.FilePath, (await table.PlanAsync()).Tasks[0].File.FilePath);
        Assert.NotNull((await table.OptimizeAsync(new() { Sort = ["name"] })).SnapshotId);
    }

    [Fact]
    public async Task RunAsync_ZOrderNarrowsEveryColumn()
    {
        await using StoredTable table = await StoredTable.CreateAsync("x int, y int, s string");
        await table.AppendAsync("SELECT (i % 100)::INT, (i // 100)::INT, 's' FROM range(0, 10000) t(i) ORDER BY hash(i)");
        long size = (await table.PlanAsync()).Tasks[0].File.FileSizeInBytes;

        CompactionResult result = await table.OptimizeAsync(new() { ZOrder = ["x", "Y"], TargetFileSize = size / 20 });

        ImmutableArray<FileScanTask> files = (await table.PlanAsync()).Tasks;
        Assert.True(files.Length > 3, $"{files.Length} files");
        Assert.Equal(10_000, (await table.RowsAsync()).Distinct().Count());
        // In random order each file spans all of both columns; along the curve their product is far below that.
        double[] areas = [.. files.Select(f => Span(f, 1) * Span(f, 2))];
        Assert.True(areas.Average() < 0.5 * 99 * 99, string.Join(", ", areas));
        Assert.Equal(result.FilesAdded, files.Length);

        static double Span(FileScanTask file, int field) =>
            BitConverter.ToInt32(file.File.Metrics.UpperBounds[field]) - BitConverter.ToInt32(file.File.Metrics.LowerBounds[field]);
    }

    [Fact]
    public async Task RunAsync_WithDeletedRowsOnlyLeavesNoFile()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.DeleteAsync("true");

        CompactionResult result = await table.OptimizeAsync();

        Assert.Equal((1, 0, 1), (result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Empty((await table.PlanAsync()).Tasks);
        Assert.Equal("0", table.Head.Summary["total-records"]);
    }

    [Fact]
    public async Task RunAsync_ReadsFilesOfEarlierSchemas()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 2);
        await table.CommitAsync(new UpdateSchema([new AddColumn(null, new NestedField(0, "more", IcebergType.Long)), new RenameColumn("name", "label")]));
        await table.AppendAsync("SELECT 7::INT, 'x', 70");

        await table.OptimizeAsync(new() { MinInputFiles = 2 });

        Assert.Equal(["0|n0|NULL", "1|n1|NULL", "7|x|70"], await table.SortedRowsAsync());
        Assert.Single((await table.PlanAsync()).Tasks);
    }

    [Fact]
    public async Task RunAsync_KeepsRowLineage()
    {
        await using StoredTable table = await StoredTable.CreateAsync(formatVersion: 3);
        for (int i = 0; i < 3; i++) await table.AppendIdsAsync(i * 10, (i * 10) + 10);
        await table.OptimizeAsync(new() { MinInputFiles = 2 });
        for (int i = 3; i < 5; i++) await table.AppendIdsAsync(i * 10, (i * 10) + 10);
        await table.DeleteAsync("f1 % 7 = 0");
        List<string> before = await table.SortedRowsAsync(lineage: true);

        await table.OptimizeAsync(new() { MinInputFiles = 2, Sort = ["name desc"] });

        Assert.Equal(before, await table.SortedRowsAsync(lineage: true));
        Assert.Equal(before.Count, before.Select(r => r.Split('|')[2]).Distinct().Count());
    }

    [Fact]
    public async Task RunAsync_KeepsTheNumberOfRowsThatIsNoted()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.DeleteEqualAsync(3);
        Assert.Null(RowTotals.Of(table.Head));
        ImmutableArray<DataFile> files = await table.WriteAsync("SELECT 10, 'x'");
        await table.CommitAsync(new AppendFiles(files) { Summary = RowTotals.Add(StringMap.Empty, 10) });

        ManifestResult result = await new ManifestCompaction(table.Table, SnapshotRef.Main).RunAsync(default);

        await table.RefreshAsync();
        Assert.Equal((2, 1, table.Head.SnapshotId), (result.Removed, result.Added, result.SnapshotId!.Value));
        Assert.Equal(10, RowTotals.Of(table.Head));
        Assert.Equal(10, (await table.RowsAsync()).Count);
    }

    [Fact]
    public async Task RunAsync_InBatchesCommitsEachOfThem()
    {
        await using StoredTable table = await StoredTable.CreateAsync(partition: ["truncate(10, id)"]);
        for (int i = 0; i < 2; i++) await table.AppendIdsAsync(0, 40);
        await table.DeleteAsync("f1 IN (5, 35)");

        CompactionResult result = await table.OptimizeAsync(new() { MinInputFiles = 2, PartialProgress = true, BatchBytes = 1 });

        Assert.Equal((4, 8, 4, 4), (result.Commits, result.FilesRemoved, result.FilesAdded, result.DeleteFilesRemoved));
        Assert.Equal(76, (await table.RowsAsync()).Count);
        Assert.Equal(4, (await table.PlanAsync()).Tasks.Length);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_CancelledLeavesNothingBehind()
    {
        await using StoredTable table = await StoredTable.CreateAsync();
        for (int i = 0; i < 5; i++) await table.AppendIdsAsync(i, i + 1);
        using var cancel = new CancellationTokenSource();
        var compaction = new Compaction(table.Session, table.Table, new()) { Progress = (_, _) => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => compaction.RunAsync(cancel.Token));

        await table.RefreshAsync();
        Assert.Equal(5, (await table.PlanAsync()).Tasks.Length);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Theory]
    [InlineData("", "nope", "The table has no column 'nope' to order by. It has: id, name, tags.")]
    [InlineData("", "tags", "Column 'tags' is of type list<string>, which has no order.")]
    [InlineData("", "id,ID", "-ZOrder names a column twice.")]
    [InlineData("id", "id", "Rows are either sorted or ordered along a Z-curve: give -Sort or -ZOrder.")]
    public async Task PlanAsync_RefusesOrdersThatDoNotFit(string sort, string zOrder, string message)
    {
        await using StoredTable table = await StoredTable.CreateAsync("id int, name string, tags list<string>");
        var options = new CompactionOptions
        {
            Sort = [.. sort.Split(',', StringSplitOptions.RemoveEmptyEntries)],
            ZOrder = [.. zOrder.Split(',', StringSplitOptions.RemoveEmptyEntries)],
        };

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => table.Compaction(options).PlanAsync(default));

        Assert.Equal((IcebergErrorKind.InvalidArgument, message), (error.Kind, error.Message));
    }
}
