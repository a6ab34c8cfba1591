using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Maintenance;

public class SnapshotExpiryTests
{
    private static readonly ExpireSnapshots s_all = new() { OlderThan = DateTimeOffset.UtcNow.AddDays(1) };

    [Fact]
    public async Task RunAsync_DeletesWhatOnlyTheExpiredNeeded()
    {
        await using StoredTable table = await CreateAsync();
        List<string> rows = await table.SortedRowsAsync();
        SnapshotExpiryPlan plan = await Expiry(table).PlanAsync(default);
        Assert.Empty(await table.LeftoversAsync());
        Assert.Equal(8, table.Metadata.Snapshots.Length);

        SnapshotExpiryResult result = await Expiry(table).RunAsync(default);

        await table.RefreshAsync();
        Assert.Equal((7, 1, 5, 1), (result.Plan.SnapshotIds.Length, result.Plan.Retained,
            result.Plan.Files.Files.Count(f => f.Content == DataFileContent.Data), result.Plan.Files.Files.Count(f => f.Content == DataFileContent.PositionDeletes)));
        Assert.Equal((plan.FileCount, plan.Bytes), (result.Plan.FileCount, result.Plan.Bytes));
        Assert.Empty(await table.LeftoversAsync());
        Assert.Equal(rows, await table.SortedRowsAsync());
        Assert.All(result.Plan.Files.Locations, f => Assert.False(File.Exists(new Uri(f).LocalPath)));
        Assert.Equal("All snapshots are young enough, or needed by a branch or tag.", (await Expiry(table).PlanAsync(default)).NothingToDo);
        Assert.Equal(table.Table.MetadataLocation, await AfterNothingAsync(table));
    }

    [Fact]
    public async Task RunAsync_KeepsWhatBranchesAndTagsNeed()
    {
        await using StoredTable table = await CreateAsync();
        long first = table.Metadata.Snapshots[0].SnapshotId, third = table.Metadata.Snapshots[2].SnapshotId;
        await table.CommitAsync(new SetRef("kept", SnapshotRef.Tag(first)), new SetRef("line", SnapshotRef.Branch(third)));

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(
            () => new SnapshotExpiry(table.Table, new() { SnapshotIds = [first] }).RunAsync(default));
        await Expiry(table).RunAsync(default);

        Assert.Equal(IcebergErrorKind.SnapshotReferenced, error.Kind);
        Assert.Contains("kept", error.Message, StringComparison.Ordinal);
        await table.RefreshAsync();
        Assert.Equal([first, third, table.Head.SnapshotId], table.Metadata.Snapshots.Select(s => s.SnapshotId));
        Assert.Equal(10, (await table.RowsAsync(table.Metadata.Snapshot(first))).Count);
        Assert.Equal(30, (await table.RowsAsync(table.Metadata.Snapshot(third))).Count);
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_NamedOnesOnlyWhateverTheAgeOfOthers()
    {
        await using StoredTable table = await CreateAsync();
        long third = table.Metadata.Snapshots[2].SnapshotId;

        SnapshotExpiryResult result = await new SnapshotExpiry(table.Table, new() { SnapshotIds = [third] }).RunAsync(default);

        Assert.Equal(third, Assert.Single(result.Plan.SnapshotIds));
        Assert.Equal(7, result.Plan.Retained);
        // Its data is needed by all later snapshots; only its list goes.
        Assert.Empty(result.Plan.Files.Files);
        Assert.Single(result.Plan.Files.ManifestLists);
        await table.RefreshAsync();
        Assert.Empty(await table.LeftoversAsync());
    }

    [Fact]
    public async Task RunAsync_ACorruptManifestStopsItBeforeAnythingIsDeleted()
    {
        await using StoredTable table = await CreateAsync();
        IReadOnlySet<string> before = await TableFiles.OfAsync(table.Metadata, table.Table.MetadataLocation, table.Table.Store, default);
        string list = new Uri(table.Metadata.Snapshots[0].ManifestList!).LocalPath;
        await File.WriteAllTextAsync(list, "broken");

        await Assert.ThrowsAsync<IcebergException>(() => Expiry(table).RunAsync(default));

        Assert.All(before, f => Assert.True(File.Exists(new Uri(f).LocalPath), f));
    }

    [Fact]
    public async Task PlanAsync_RefusesTablesThatShareTheirFiles()
    {
        await using StoredTable table = await StoredTable.CreateAsync(properties: (TableProperties.GcEnabled, "false"));
        await table.AppendIdsAsync(0, 10);

        IcebergException expiry = await Assert.ThrowsAsync<IcebergException>(() => Expiry(table).PlanAsync(default));
        IcebergException orphans = await Assert.ThrowsAsync<IcebergException>(() => new OrphanFiles(table.Table).FindAsync(DateTimeOffset.UtcNow, default));

        Assert.Equal((IcebergErrorKind.InvalidArgument, IcebergErrorKind.InvalidArgument), (expiry.Kind, orphans.Kind));
    }

    private static SnapshotExpiry Expiry(StoredTable table) => new(table.Table, s_all);

    private static async Task<string> AfterNothingAsync(StoredTable table)
    {
        await Expiry(table).RunAsync(default);
        return (await table.OtherAsync()).MetadataLocation;
    }

    /// <summary>Five appends, deletes, a compaction, an append: eight snapshots.</summary>
    private static async Task<StoredTable> CreateAsync()
    {
        StoredTable table = await StoredTable.CreateAsync();
        for (int i = 0; i < 5; i++) await table.AppendIdsAsync(i * 10, (i + 1) * 10);
        await table.DeleteAsync("f1 = 15");
        await table.OptimizeAsync();
        await table.AppendIdsAsync(50, 60);
        return table;
    }
}
