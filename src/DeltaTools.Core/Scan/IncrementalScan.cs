using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Scan;

/// <summary>Finds the data files that were added between two snapshots, so that only what arrived since is read.</summary>
/// <remarks>
/// Files count as they were added, whatever became of them since: deletes do not apply, and a file that a later snapshot removed or
/// compacted is among them. <see cref="IncrementalPlan.Others"/> tells whether anything but appends happened.
/// </remarks>
public static class IncrementalScan
{
    /// <summary>The snapshots after one up to another by ancestry, oldest first.</summary>
    /// <param name="from">Excluded; null starts at the table's first snapshot. It need not exist any more as long as its child does.</param>
    /// <param name="to">Included.</param>
    /// <returns>Null when the lineage is broken: <paramref name="from"/> is no ancestor, or a snapshot between was expired.</returns>
    public static ImmutableArray<Snapshot>? Between(TableMetadata metadata, long? from, long to) =>
        metadata.Snapshot(to) is null ? null : Ancestry.Since(metadata, from, to)?.Reverse().ToImmutableArray();

    /// <param name="from">Excluded; null starts at the table's first snapshot.</param>
    /// <param name="to">Included.</param>
    /// <param name="added">Whose files count.</param>
    /// <exception cref="IcebergException">
    /// SnapshotNotFound: the lineage between the snapshots is broken, so a full scan is needed; Corrupt: a manifest is missing or broken.
    /// </exception>
    public static async Task<IncrementalPlan> PlanAsync(
        IObjectStore store, TableMetadata metadata, long? from, long to, AddedFiles added, ScanOptions options, CancellationToken cancel)
    {
        ImmutableArray<Snapshot> all = Between(metadata, from, to) ?? throw Broken(metadata, from, to);
        ImmutableArray<Snapshot> wanted = [.. all.Where(s => IsWanted(s, added))];
        var manifests = new List<(Snapshot Snapshot, ManifestFile Manifest)>();
        foreach (IReadOnlyList<(Snapshot, ManifestFile)> list in await ParallelManifests.ReadAsync(
            wanted, options.Parallelism, (snapshot, token) => AddedManifestsAsync(store, metadata, snapshot, token), cancel).ConfigureAwait(false))
        {
            manifests.AddRange(list);
        }
        ManifestReadOptions read = new() { LiveOnly = true, MetricFields = options.MetricFields };
        FileScanTask[][] tasks = await ParallelManifests.ReadAsync(manifests, options.Parallelism, async (item, token) =>
        {
            IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(store, item.Manifest, metadata, read, token).ConfigureAwait(false);
            PartitionSpec spec = metadata.Spec(item.Manifest.PartitionSpecId);
            return entries.Where(e => e.Status == ManifestEntryStatus.Added && e.SnapshotId == item.Snapshot.SnapshotId)
                .Select(e => new FileScanTask(e.DataFile, e.SequenceNumber ?? 0, spec, []) { SnapshotId = e.SnapshotId }).ToArray();
        }, cancel).ConfigureAwait(false);
        return new IncrementalPlan(all, [.. all.Where(s => s.Operation is not SnapshotSummary.Append)], [.. tasks.SelectMany(t => t)]);
    }

    private static bool IsWanted(Snapshot snapshot, AddedFiles added) => snapshot.Operation switch
    {
        SnapshotSummary.Append => true,
        SnapshotSummary.Replace or SnapshotSummary.Delete => false,
        _ => added == AddedFiles.All,
    };

    private static async Task<IReadOnlyList<(Snapshot, ManifestFile)>> AddedManifestsAsync(
        IObjectStore store, TableMetadata metadata, Snapshot snapshot, CancellationToken cancel)
    {
        IReadOnlyList<ManifestFile> manifests = await ManifestListReader.ReadAsync(store, snapshot, metadata, cancel).ConfigureAwait(false);
        return [.. manifests.Where(m => m.Content == ManifestContent.Data && m.AddedSnapshotId == snapshot.SnapshotId && m.HasAddedFiles).Select(m => (snapshot, m))];
    }

    private static IcebergException Broken(TableMetadata metadata, long? from, long to)
    {
        string reason = metadata.Snapshot(to) is null ? $"Table {metadata.Location} has no snapshot {to}."
            : from is null ? $"The first snapshots of table {metadata.Location} were expired, so what was added up to snapshot {to} is not known file by file."
            : $"Snapshot {from} is no ancestor of snapshot {to} of table {metadata.Location}, or a snapshot between them was expired.";
        return new IcebergException(IcebergErrorKind.SnapshotNotFound, $"{reason} Read the whole table instead.");
    }
}
