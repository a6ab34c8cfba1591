using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tables;

/// <summary>The files that one state of a table refers to and a later one does not: what expiry leaves behind.</summary>
/// <param name="Files">Data and delete files with their entries; Puffin files that hold several deletion vectors once.</param>
/// <param name="Statistics">Statistics files of both kinds.</param>
/// <param name="MetadataBytes">Size of the manifests; manifest lists and statistics are not counted.</param>
public sealed record UnreachableFiles(
    ImmutableArray<DataFile> Files, ImmutableArray<string> Manifests, ImmutableArray<string> ManifestLists, ImmutableArray<string> Statistics, long MetadataBytes)
{
    public static readonly UnreachableFiles None = new([], [], [], [], 0);

    private static readonly ManifestReadOptions s_everything = new() { MetricFields = FrozenSet<int>.Empty };

    /// <summary>All locations, in an order that is safe to delete in: files before the manifests that name them, so that what an
    /// interruption leaves can still be found.</summary>
    public IEnumerable<string> Locations => [.. Files.Select(f => f.FilePath), .. Statistics, .. Manifests, .. ManifestLists];

    /// <summary>Finds them by reading manifests; changes nothing.</summary>
    /// <remarks>Any manifest that cannot be read fails the whole search: what cannot be proved unreachable must not be deleted.</remarks>
    public static async Task<UnreachableFiles> FindAsync(
        IObjectStore store, TableMetadata before, TableMetadata after, CancellationToken cancel)
    {
        HashSet<long> kept = [.. after.Snapshots.Select(s => s.SnapshotId)];
        Snapshot[] expired = [.. before.Snapshots.Where(s => !kept.Contains(s.SnapshotId))];
        ImmutableArray<string> statistics = [.. StatisticsOf(before).Except(StatisticsOf(after))];
        if (expired.Length == 0) return new([], [], [], statistics, 0);
        Dictionary<string, ManifestFile> live = await ManifestsAsync(store, after, after.Snapshots, cancel).ConfigureAwait(false);
        Dictionary<string, ManifestFile> gone = await ManifestsAsync(store, before, expired, cancel).ConfigureAwait(false);
        foreach (string path in live.Keys) gone.Remove(path);

        Dictionary<string, DataFile> files = new(StringComparer.Ordinal);
        foreach (ManifestFile manifest in gone.Values)
        {
            foreach (ManifestEntry entry in await ManifestReader.ReadAsync(store, manifest, before, s_everything, cancel).ConfigureAwait(false))
            {
                files.TryAdd(store.Resolve(entry.DataFile.FilePath), entry.DataFile);
            }
        }
        foreach (ManifestFile manifest in live.Values)
        {
            if (files.Count == 0) break;
            foreach (ManifestEntry entry in await ManifestReader.ReadAsync(store, manifest, after, s_everything, cancel).ConfigureAwait(false))
            {
                if (entry.IsLive) files.Remove(store.Resolve(entry.DataFile.FilePath));
            }
        }
        HashSet<string> lists = [.. after.Snapshots.Select(s => s.ManifestList).OfType<string>()];
        return new(
            [.. files.Values], [.. gone.Keys],
            [.. expired.Select(s => s.ManifestList).OfType<string>().Where(l => !lists.Contains(l)).Distinct()],
            statistics,
            gone.Values.Sum(m => m.ManifestLength));
    }

    private static async Task<Dictionary<string, ManifestFile>> ManifestsAsync(
        IObjectStore store, TableMetadata metadata, IEnumerable<Snapshot> snapshots, CancellationToken cancel)
    {
        Dictionary<string, ManifestFile> manifests = new(StringComparer.Ordinal);
        foreach (Snapshot snapshot in snapshots)
        {
            foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(store, snapshot, metadata, cancel).ConfigureAwait(false))
            {
                manifests.TryAdd(manifest.ManifestPath, manifest);
            }
        }
        return manifests;
    }

    private static IEnumerable<string> StatisticsOf(TableMetadata metadata) =>
        metadata.Statistics.Select(s => s.StatisticsPath).Concat(metadata.PartitionStatistics.Select(s => s.StatisticsPath));
}
