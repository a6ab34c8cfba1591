using DeltaTools.Core.Manifests;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Scan;

public class SnapshotFilesTests
{
    [Fact]
    public async Task Entries_ListDeletedOnesToo()
    {
        FixtureTable table = FixtureTable.Open("trino-v2-materialized-view-storage");
        Snapshot snapshot = table.Metadata.CurrentSnapshot!;

        var all = await SnapshotFiles.EntriesAsync(table.Store, table.Metadata, snapshot, ManifestReadOptions.All, CancellationToken.None);
        var live = await SnapshotFiles.LiveAsync(table.Store, table.Metadata, snapshot, withMetrics: true, CancellationToken.None);

        Assert.Single(live);
        Assert.Equal(all.Where(e => e.Entry.IsLive).Select(e => e.Entry.DataFile.FilePath), live.Select(e => e.Entry.DataFile.FilePath));
        Assert.NotEmpty(live[0].Entry.DataFile.Metrics.ValueCounts);
        Assert.Empty(await SnapshotFiles.EntriesAsync(table.Store, table.Metadata, null, ManifestReadOptions.All, CancellationToken.None));
    }

    [Fact]
    public async Task Partitions_SumFilesAndDeletesUp()
    {
        FixtureTable table = FixtureTable.Open("impala-v2-flink-eqdelete-partitioned");

        var partitions = await SnapshotFiles.PartitionsAsync(table.Store, table.Metadata, table.Metadata.CurrentSnapshot, CancellationToken.None);

        Assert.Equal([(PartitionTuple.Of(19715), 5L, 2, 2), (PartitionTuple.Of(19716), 3L, 2, 2)],
            partitions.Select(p => (p.Partition, p.RecordCount, p.FileCount, p.EqualityDeleteFileCount)).OrderBy(p => (int)p.Partition[0]!));
        Assert.Equal(table.Metadata.CurrentSnapshotId, partitions.MaxBy(p => p.LastUpdated!.SequenceNumber)!.LastUpdated!.SnapshotId);
        Assert.All(partitions, p => Assert.True(p.DataFileSize > 0 && p.PositionDeleteFileCount == 0));
    }
}
