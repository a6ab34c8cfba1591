using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Scan;

/// <summary>What a snapshot's manifests list, for metadata tables, maintenance and checks.</summary>
public static class SnapshotFiles
{
    /// <summary>All entries of all manifests, in the order of the manifest list; those with status DELETED too unless the options say otherwise.</summary>
    /// <exception cref="IcebergException">Corrupt: a manifest is missing or broken.</exception>
    public static async Task<ImmutableArray<SnapshotEntry>> EntriesAsync(
        IObjectStore store, TableMetadata metadata, Snapshot? snapshot, ManifestReadOptions options, CancellationToken cancel)
    {
        if (snapshot is null) return [];
        IReadOnlyList<ManifestFile> manifests = await ManifestListReader.ReadAsync(store, snapshot, metadata, cancel).ConfigureAwait(false);
        ManifestFile[] wanted = [.. manifests.Where(m => !options.LiveOnly || m.HasLiveFiles)];
        IReadOnlyList<ManifestEntry>[] entries = await ParallelManifests.ReadAsync(
            wanted, ScanOptions.DefaultParallelism, (m, token) => ManifestReader.ReadAsync(store, m, metadata, options, token), cancel).ConfigureAwait(false);
        return [.. wanted.Zip(entries).SelectMany(p => p.Second.Select(e => new SnapshotEntry(p.First, e)))];
    }

    /// <summary>The live data and delete files, with or without column metrics.</summary>
    public static Task<ImmutableArray<SnapshotEntry>> LiveAsync(
        IObjectStore store, TableMetadata metadata, Snapshot? snapshot, bool withMetrics, CancellationToken cancel) =>
        EntriesAsync(store, metadata, snapshot, withMetrics ? new ManifestReadOptions { LiveOnly = true } : ManifestReadOptions.LiveFiles, cancel);

    /// <summary>Counts and sizes of the live files by partition, in the order of first appearance.</summary>
    public static async Task<ImmutableArray<PartitionStatistics>> PartitionsAsync(
        IObjectStore store, TableMetadata metadata, Snapshot? snapshot, CancellationToken cancel)
    {
        ImmutableArray<SnapshotEntry> live = await LiveAsync(store, metadata, snapshot, withMetrics: false, cancel).ConfigureAwait(false);
        Dictionary<long, Snapshot> snapshots = metadata.Snapshots.DistinctBy(s => s.SnapshotId).ToDictionary(s => s.SnapshotId);
        return [.. live.GroupBy(e => (e.Manifest.PartitionSpecId, e.Entry.DataFile.Partition)).Select(group =>
            group.Aggregate(new PartitionStatistics(metadata.Spec(group.Key.PartitionSpecId), group.Key.Partition), (sum, e) =>
                sum.Add(e.Entry.DataFile, e.Entry.SnapshotId is { } id ? snapshots.GetValueOrDefault(id) : null)))];
    }
}
