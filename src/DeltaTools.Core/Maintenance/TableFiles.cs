using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Maintenance;

/// <summary>Which files belong to a table: all that its current metadata leads to, through every snapshot that it still has.</summary>
/// <remarks>Files of commits that failed, and of snapshots that have expired, are not among them; those are orphans.</remarks>
public static class TableFiles
{
    /// <summary>Locations of metadata files, manifest lists, manifests, data files, delete files and statistics, each once.</summary>
    /// <param name="metadata">Current metadata.</param>
    /// <param name="metadataLocation">The file it was read from.</param>
    /// <param name="store">Reaches the files.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="IcebergException">Corrupt: a manifest is missing or broken, so that the list would have gaps.</exception>
    public static async Task<IReadOnlySet<string>> OfAsync(
        TableMetadata metadata, string metadataLocation, IObjectStore store, CancellationToken cancel)
    {
        HashSet<string> files =
        [
            metadataLocation,
            .. metadata.MetadataLog.Select(e => e.MetadataFile),
            .. metadata.Snapshots.Select(s => s.ManifestList).OfType<string>(),
            .. metadata.Statistics.Select(s => s.StatisticsPath),
            .. metadata.PartitionStatistics.Select(s => s.StatisticsPath),
        ];
        foreach (Snapshot snapshot in metadata.Snapshots)
        {
            foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(store, snapshot, metadata, cancel).ConfigureAwait(false))
            {
                if (!files.Add(manifest.ManifestPath)) continue;
                IReadOnlyList<ManifestEntry> entries =
                    await ManifestReader.ReadAsync(store, manifest, metadata, ManifestReadOptions.LiveFiles, cancel).ConfigureAwait(false);
                files.UnionWith(entries.Select(e => e.DataFile.FilePath));
            }
        }
        return files;
    }
}
