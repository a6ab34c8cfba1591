using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Merges small manifests, so that many small commits do not leave as many manifests to read.</summary>
/// <remarks>
/// As Java's MergeAppend: by spec, in order, into manifests of <c>commit.manifest.target-size-bytes</c>; the run that holds the newest
/// manifest only when it has <c>commit.manifest.min-count-to-merge</c> of them. Merging is kept from one attempt to the next.
/// </remarks>
internal sealed class ManifestMerger(CommitFiles files)
{
    private const long TargetSizeDefault = 8 * 1024 * 1024;
    private const int MinCountDefault = 100;

    private readonly Dictionary<(string Paths, int FormatVersion), ManifestFile> _merged = [];

    /// <param name="manifests">Newest first, of one content.</param>
    /// <returns>The manifests to list, and how many manifests of earlier snapshots went into merged ones.</returns>
    public async Task<(List<ManifestFile> Manifests, int Replaced)> ApplyAsync(
        TableMetadata metadata, IReadOnlyList<ManifestFile> manifests, CancellationToken cancel)
    {
        if (manifests.Count == 0 || !TableProperties.Bool(metadata.Properties, TableProperties.ManifestMergeEnabled, true)) return ([.. manifests], 0);
        long target = TableProperties.Long(metadata.Properties, TableProperties.ManifestTargetSize, TargetSizeDefault);
        int minCount = TableProperties.Int(metadata.Properties, TableProperties.ManifestMinMergeCount, MinCountDefault);
        List<ManifestFile> result = [];
        int replaced = 0;
        foreach (IGrouping<int, ManifestFile> spec in manifests.GroupBy(m => m.PartitionSpecId).OrderByDescending(g => g.Key))
        {
            foreach (List<ManifestFile> bin in BinPacking.PackEnd([.. spec], target, m => m.ManifestLength))
            {
                if (bin.Count == 1 || (ReferenceEquals(bin[0], manifests[0]) && bin.Count < minCount))
                {
                    result.AddRange(bin);
                    continue;
                }
                result.Add(await MergeAsync(metadata, bin, cancel).ConfigureAwait(false));
                replaced += bin.Count(m => m.AddedSnapshotId != files.SnapshotId);
            }
        }
        return (result, replaced);
    }

    private async Task<ManifestFile> MergeAsync(TableMetadata metadata, List<ManifestFile> bin, CancellationToken cancel)
    {
        (string, int) key = (string.Join('\n', bin.Select(m => m.ManifestPath)), metadata.FormatVersion);
        if (_merged.TryGetValue(key, out ManifestFile? done)) return done;
        List<ManifestEntry> entries = [];
        foreach (ManifestFile manifest in bin)
        {
            foreach (ManifestEntry entry in await ManifestReader.ReadAsync(files.Store, manifest, metadata, ManifestReadOptions.All, cancel).ConfigureAwait(false))
            {
                bool ours = entry.SnapshotId == files.SnapshotId;
                // What earlier snapshots deleted is told by their own manifests; what they added exists by now.
                if (entry.Status == ManifestEntryStatus.Deleted && !ours) continue;
                entries.Add(entry.Status == ManifestEntryStatus.Added && !ours ? entry with { Status = ManifestEntryStatus.Existing } : entry);
            }
        }
        ManifestFile merged = await files.WriteManifestAsync(metadata, bin[0].PartitionSpecId, bin[0].Content, entries, cancel).ConfigureAwait(false);
        _merged.Add(key, merged);
        return merged;
    }
}
