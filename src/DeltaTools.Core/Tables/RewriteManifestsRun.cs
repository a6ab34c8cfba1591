using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tables;

/// <summary>Carries out <see cref="RewriteManifests"/>.</summary>
/// <remarks>
/// Per content and spec: all manifests are rewritten if their bytes would fit into fewer. When another writer was faster, the new ones
/// serve again as long as the table still has every manifest that they replace; what came new stays as it is.
/// </remarks>
internal sealed class RewriteManifestsRun(IcebergTable table, RewriteManifests action) : SnapshotRun(table, action)
{
    private const string EntriesProcessed = "entries-processed";

    private readonly Dictionary<(ManifestContent, int), Rewritten> _done = [];
    private int _formatVersion;

    private sealed record Rewritten(ImmutableArray<ManifestFile> Old, ImmutableArray<ManifestFile> New, int Entries);

    protected override string Operation => SnapshotSummary.Replace;

    protected override async Task<(List<ManifestFile> Manifests, ImmutableSortedDictionary<string, string> Summary)?> ManifestsAsync(
        TableMetadata metadata, Snapshot? parent, CancellationToken cancel)
    {
        if (parent is null) return null;
        if (_formatVersion != metadata.FormatVersion) _done.Clear();
        _formatVersion = metadata.FormatVersion;
        IReadOnlyList<ManifestFile> old = await ManifestListReader.ReadAsync(Store, parent, metadata, cancel).ConfigureAwait(false);
        List<ManifestFile> manifests = [];
        int replaced = 0, entries = 0;
        foreach (IGrouping<(ManifestContent, int), ManifestFile> group in old.GroupBy(m => (m.Content, m.PartitionSpecId)).OrderBy(g => g.Key))
        {
            Rewritten? rewritten = await RewriteAsync(metadata, group.Key, [.. group], cancel).ConfigureAwait(false);
            HashSet<string> gone = [.. (rewritten?.Old ?? []).Select(m => m.ManifestPath)];
            if (rewritten is not null) manifests.AddRange(rewritten.New);
            manifests.AddRange(group.Where(m => !gone.Contains(m.ManifestPath)));
            replaced += gone.Count;
            entries += rewritten?.Entries ?? 0;
        }
        if (replaced == 0) return null;
        ImmutableSortedDictionary<string, string> summary = StringMap.Empty
            .Add(EntriesProcessed, FileCounts.Text(entries)).Add(SnapshotSummary.ChangedPartitionCount, "0");
        return (manifests, ManifestCounts(summary, manifests, replaced));
    }

    private async Task<Rewritten?> RewriteAsync(
        TableMetadata metadata, (ManifestContent Content, int SpecId) key, ImmutableArray<ManifestFile> manifests, CancellationToken cancel)
    {
        HashSet<string> paths = [.. manifests.Select(m => m.ManifestPath)];
        if (_done.TryGetValue(key, out Rewritten? done) && done.Old.All(m => paths.Contains(m.ManifestPath))) return done;
        long target = RewriteManifests.TargetSize(metadata), size = manifests.Sum(m => m.ManifestLength);
        if (RewriteManifests.Fewer(manifests, target) is null) return null;

        List<ManifestEntry> live = [];
        foreach (ManifestFile manifest in manifests)
        {
            IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(
                Store, manifest, metadata, ManifestReadOptions.All with { LiveOnly = true }, cancel).ConfigureAwait(false);
            live.AddRange(entries.Select(e => e with { Status = ManifestEntryStatus.Existing }));
        }
        live.Sort((a, b) => ByPartition(a.DataFile.Partition, b.DataFile.Partition));
        int most = (int)Math.Clamp(live.Count * (double)target / size, 1, int.MaxValue);
        ImmutableArray<ManifestFile> written = await Files.WriteManifestsAsync(metadata, key.SpecId, key.Content, live, most, cancel).ConfigureAwait(false);
        return _done[key] = new(manifests, written, live.Count);
    }

    private static int ByPartition(PartitionTuple a, PartitionTuple b)
    {
        for (int i = 0; i < a.Values.Length; i++)
        {
            int order = ValueComparer.Instance.Compare(a[i], b[i]);
            if (order != 0) return order;
        }
        return 0;
    }
}
