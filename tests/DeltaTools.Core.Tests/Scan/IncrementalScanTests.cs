using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Scan;

public class IncrementalScanTests
{
    [Theory]
    [InlineData("trino-v2-timetravel")]
    [InlineData("spark-v2-ddl-evolution")]
    [InlineData("dremio-v1-partitionednation")]
    [InlineData("impala-v1-mixed-parquet-orc")]
    [InlineData("pyiceberg-v2-null-stats")]
    [InlineData("impala-v3-spark-default-value")]
    public async Task Plan_OfAppendsHoldsTheRowsBetween(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        Snapshot[] snapshots = [.. table.Metadata.Snapshots];
        for (int from = -1; from < snapshots.Length; from++)
        {
            for (int to = Math.Max(0, from); to < snapshots.Length; to++)
            {
                long? start = from < 0 ? null : snapshots[from].SnapshotId;

                IncrementalPlan plan = await PlanAsync(table, start, snapshots[to].SnapshotId);

                Assert.Equal(table.RowCount(snapshots[to].SnapshotId) - (start is { } id ? table.RowCount(id) : 0), plan.Files.Sum(f => f.File.RecordCount));
                Assert.Equal(snapshots[(from + 1)..(to + 1)].Select(s => s.SnapshotId), plan.Snapshots.Select(s => s.SnapshotId));
                Assert.All(plan.Files, f => Assert.Equal(table.Metadata.Snapshot(f.SnapshotId!.Value)!.SequenceNumber, f.SequenceNumber));
                Assert.Empty(plan.Others);
            }
        }
    }

    [Fact]
    public async Task Plan_TellsWhatElseHappened()
    {
        FixtureTable table = FixtureTable.Open("impala-v2-flink-eqdelete-partitioned");

        IncrementalPlan appends = await PlanAsync(table, null, table.Metadata.CurrentSnapshotId!.Value);
        IncrementalPlan all = await PlanAsync(table, null, table.Metadata.CurrentSnapshotId!.Value, AddedFiles.All);

        Assert.Equal(4, appends.Others.Length);
        Assert.Empty(appends.Files);
        Assert.Equal([3L, 2, 2, 1], all.Files.Select(f => f.File.RecordCount));
    }

    [Fact]
    public async Task Plan_ExplainsABrokenLineage()
    {
        FixtureTable table = FixtureTable.Open("trino-v2-timetravel");
        Snapshot[] snapshots = [.. table.Metadata.Snapshots];
        TableMetadata expired = table.Metadata with { Snapshots = [snapshots[0], .. snapshots[2..]] };

        async Task Refused(TableMetadata metadata, long? from, long to, string reason)
        {
            IcebergException error = await Assert.ThrowsAsync<IcebergException>(() =>
                IncrementalScan.PlanAsync(table.Store, metadata, from, to, AddedFiles.Appends, ScanOptions.All, CancellationToken.None));
            Assert.Equal(IcebergErrorKind.SnapshotNotFound, error.Kind);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }

        await Refused(expired, snapshots[0].SnapshotId, snapshots[3].SnapshotId, "a snapshot between them was expired");
        await Refused(expired, null, snapshots[3].SnapshotId, "The first snapshots");
        await Refused(expired, 42, snapshots[3].SnapshotId, "Snapshot 42 is no ancestor");
        await Refused(expired, snapshots[3].SnapshotId, snapshots[2].SnapshotId, "is no ancestor");
        await Refused(expired, null, 42, "has no snapshot 42");
        // The child of an expired snapshot still names it.
        Assert.Equal(2, IncrementalScan.Between(expired, snapshots[1].SnapshotId, snapshots[3].SnapshotId)?.Length);
    }

    private static Task<IncrementalPlan> PlanAsync(FixtureTable table, long? from, long to, AddedFiles added = AddedFiles.Appends) =>
        IncrementalScan.PlanAsync(table.Store, table.Metadata, from, to, added, ScanOptions.All, CancellationToken.None);
}
