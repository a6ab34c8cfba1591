using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>Other writers come between the plan of a compaction and its commit.</summary>
public class CompactionConflictTests
{
    /// <summary>Three partitions of two files each.</summary>
    private static async Task<StoredTable> CreateAsync(int formatVersion = 2, params (string, string)[] properties)
    {
        StoredTable table = await StoredTable.CreateAsync(formatVersion: formatVersion, partition: ["truncate(10, id)"], properties: properties);
        await table.AppendIdsAsync(0, 30);
        await table.AppendIdsAsync(0, 30);
        return table;
    }

    private static readonly CompactionOptions s_pairs = new() { MinInputFiles = 2 };

    /// <summary>Compacts the table as it is now, while another writer does something as soon as everything is rewritten.</summary>
    private static async Task<(CompactionResult Result, List<string> Log)> CompactAsync(
        StoredTable table, Func<Task> other, CompactionOptions? options = null, int times = 1)
    {
        List<string> log = [];
        var compaction = new Compaction(table.Session, table.Table, options ?? s_pairs)
        {
            Log = log.Add,
            Progress = (done, all) =>
            {
                if (done == all && times-- > 0) other().GetAwaiter().GetResult();
            },
        };
        try
        {
            return (await compaction.RunAsync(default), log);
        }
        finally
        {
            await table.RefreshAsync();
        }
    }

    [Fact]
    public async Task RunAsync_AppendsOfOthersDoNotMatter()
    {
        await using StoredTable table = await CreateAsync();

        (CompactionResult result, _) = await CompactAsync(table, () => table.AppendIdsAsync(0, 10));

        Assert.Equal((1, 1, 6, 3), (result.Attempts, result.Commits, result.FilesRemoved, result.FilesAdded));
        Assert.Equal(70, (await table.RowsAsync()).Count);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_PlansAnewOnlyWhatOthersHaveChanged(int formatVersion)
    {
        await using StoredTable table = await CreateAsync(formatVersion);

        (CompactionResult result, List<string> log) = await CompactAsync(table, () => table.DeleteAsync("f1 = 15"));

        Assert.Equal((2, 1, 6, 3), (result.Attempts, result.Commits, result.FilesRemoved, result.FilesAdded));
        Assert.Equal(58, (await table.RowsAsync()).Count);
        Assert.DoesNotContain(await table.RowsAsync(), r => r.StartsWith("15|", StringComparison.Ordinal));
        Assert.Contains(log, l => l.StartsWith("planned: 2 of 6 data files in 1 groups", StringComparison.Ordinal));
        Assert.Equal("0", table.Head.Summary["total-delete-files"]);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_AnotherCompactionLeavesNothingToDo()
    {
        await using StoredTable table = await CreateAsync();

        (CompactionResult result, _) = await CompactAsync(table, async () =>
            await new Compaction(table.Session, await table.OtherAsync(), s_pairs).RunAsync(default));

        Assert.Null(result.SnapshotId);
        Assert.Equal(3, table.Metadata.Snapshots.Length);
        Assert.Equal(60, (await table.RowsAsync()).Count);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_EqualityDeletesOfOthersApplyToWhatWasRewritten()
    {
        await using StoredTable table = await CreateUnpartitionedAsync();

        (CompactionResult result, _) = await CompactAsync(table, () => table.DeleteEqualAsync(7));

        Assert.Equal(1, result.Attempts);
        Assert.Equal(19, (await table.RowsAsync()).Count);
        FileScanTask file = Assert.Single((await table.PlanAsync()).Tasks);
        Assert.Equal(2, file.SequenceNumber);
        Assert.Single(file.Deletes);
    }

    [Fact]
    public async Task RunAsync_EqualityDeletesOfOthersApplyToWhatWasRewrittenWithOlderOnes()
    {
        await using StoredTable table = await CreateUnpartitionedAsync();
        await table.DeleteEqualAsync(1);
        await table.AppendIdsAsync(1, 2);

        await CompactAsync(table, () => table.DeleteEqualAsync(7, 1));

        Assert.Equal(18, (await table.RowsAsync()).Count);
        FileScanTask file = Assert.Single((await table.PlanAsync()).Tasks);
        Assert.Equal(4, file.SequenceNumber);
        Assert.Single(file.Deletes);
        await table.OptimizeAsync();
        Assert.Equal(18, (await table.RowsAsync()).Count);
        Assert.Equal("0", table.Head.Summary["total-delete-files"]);
    }

    [Fact]
    public async Task RunAsync_GivesUpWhenOthersAreFasterEveryTime()
    {
        await using StoredTable table = await CreateAsync(2, (TableProperties.RetryCount, "2"));
        int id = 0;

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => CompactAsync(table, () => table.DeleteAsync($"f1 = {id++}"), times: 10));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.Equal(3, id);
        Assert.Equal(54, (await table.RowsAsync()).Count);
        Assert.Equal(6, (await table.PlanAsync()).Tasks.Length);
        Assert.Empty(await table.LeftoversAsync());
    }

    private static async Task<StoredTable> CreateUnpartitionedAsync()
    {
        StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.AppendIdsAsync(10, 20);
        return table;
    }
}
