using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Takes files out of manifests: rewrites those that hold them, with the files marked as deleted, and keeps all others.</summary>
/// <remarks>A manifest that was rewritten in one attempt serves the next one too, as long as the table still has the original.</remarks>
internal sealed class ManifestFilter
{
    private static readonly ManifestReadOptions s_search = new()
    {
        LiveOnly = true,
        MetricFields = FrozenSet.ToFrozenSet([MetadataColumns.DeleteFilePath.Id]),
    };

    private readonly CommitFiles _files;
    private readonly FrozenSet<FileKey> _wanted;
    private readonly FrozenSet<string> _removedData;
    private readonly PartitionScope _scope;
    private readonly Dictionary<(string Path, int FormatVersion), Filtered> _done = [];

    /// <param name="wanted">Files to take out.</param>
    /// <param name="removedData">Data files that leave the table; delete files that refer to one of them alone go too.</param>
    public ManifestFilter(CommitFiles files, IReadOnlyCollection<DataFile> wanted, IReadOnlyCollection<DataFile> removedData)
    {
        _files = files;
        _wanted = wanted.Select(FileKey.Of).ToFrozenSet();
        _removedData = removedData.Select(f => f.FilePath).ToFrozenSet(StringComparer.Ordinal);
        _scope = new PartitionScope(wanted.Concat(removedData));
    }

    private sealed record Filtered(ManifestFile Manifest, ImmutableArray<DataFile> Removed);

    /// <summary>What became of a list of manifests.</summary>
    /// <param name="Removed">The files taken out, without metrics.</param>
    /// <param name="Replaced">How many manifests were rewritten.</param>
    public sealed record Result(List<ManifestFile> Manifests, List<DataFile> Removed, int Replaced);

    /// <param name="oldestData">Delete files older than all data apply to nothing; they go from manifests that are rewritten anyway.</param>
    /// <exception cref="IcebergException">CommitConflict: a file to take out is not there.</exception>
    public async Task<Result> ApplyAsync(
        TableMetadata metadata, IReadOnlyList<ManifestFile> manifests, long oldestData, CancellationToken cancel)
    {
        Result result = new([], [], 0);
        HashSet<FileKey> missing = [.. _wanted];
        foreach (ManifestFile manifest in manifests)
        {
            // A path is live once at most, so the search ends when all are found; dangling deletes may be anywhere.
            bool search = (missing.Count > 0 || _removedData.Count > 0) && manifest.HasLiveFiles && _scope.MayHold(manifest, metadata);
            Filtered filtered = search ? await FilterAsync(metadata, manifest, oldestData, cancel).ConfigureAwait(false) : new(manifest, []);
            missing.ExceptWith(filtered.Removed.Select(FileKey.Of));
            result.Removed.AddRange(filtered.Removed);
            result.Manifests.Add(filtered.Manifest);
            if (!filtered.Removed.IsEmpty) result = result with { Replaced = result.Replaced + 1 };
        }
        if (missing.Count > 0) throw ConflictRules.FilesGone([.. missing.Select(k => k.Path)]);
        return result;
    }

    private async Task<Filtered> FilterAsync(TableMetadata metadata, ManifestFile manifest, long oldestData, CancellationToken cancel)
    {
        if (_done.TryGetValue((manifest.ManifestPath, metadata.FormatVersion), out Filtered? done)) return done;
        IReadOnlyList<ManifestEntry> found = await ManifestReader.ReadAsync(_files.Store, manifest, metadata, s_search, cancel).ConfigureAwait(false);
        Filtered filtered = found.Any(e => Goes(e.DataFile))
            ? await RewriteAsync(metadata, manifest, oldestData, cancel).ConfigureAwait(false)
            : new(manifest, []);
        _done.Add((manifest.ManifestPath, metadata.FormatVersion), filtered);
        return filtered;
    }

    private async Task<Filtered> RewriteAsync(TableMetadata metadata, ManifestFile manifest, long oldestData, CancellationToken cancel)
    {
        IReadOnlyList<ManifestEntry> live = await ManifestReader.ReadAsync(
            _files.Store, manifest, metadata, ManifestReadOptions.All with { LiveOnly = true }, cancel).ConfigureAwait(false);
        ImmutableArray<DataFile>.Builder removed = ImmutableArray.CreateBuilder<DataFile>();
        List<ManifestEntry> entries = new(live.Count);
        foreach (ManifestEntry entry in live)
        {
            bool aged = manifest.Content == ManifestContent.Deletes && entry.SequenceNumber is > 0 and var sequence && sequence < oldestData;
            bool goes = aged || Goes(entry.DataFile);
            if (goes) removed.Add(entry.DataFile with { Metrics = ColumnMetrics.None });
            entries.Add(goes
                ? entry with { Status = ManifestEntryStatus.Deleted, SnapshotId = _files.SnapshotId }
                : entry with { Status = ManifestEntryStatus.Existing });
        }
        ManifestFile rewritten = await _files.WriteManifestAsync(
            metadata, manifest.PartitionSpecId, manifest.Content, entries, cancel).ConfigureAwait(false);
        return new(rewritten, removed.ToImmutable());
    }

    private bool Goes(DataFile file) =>
        _wanted.Contains(FileKey.Of(file))
        || (_removedData.Count > 0 && FileKey.ReferencedDataFile(file) is { } data && _removedData.Contains(data));
}
