using System.Collections.Immutable;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Makes the manifests of a snapshot that adds and removes files.</summary>
/// <remarks>Files to add are written to manifests once, and these serve every attempt; a change of the table's format version or schema in between asks for new ones.</remarks>
internal sealed class FileActionRun : SnapshotRun
{
    private readonly FileAction _action;
    private readonly FileChange _change;
    private readonly ManifestFilter _dataFilter;
    private readonly ManifestFilter _deleteFilter;
    private readonly ManifestMerger _dataMerger;
    private readonly ManifestMerger _deleteMerger;
    private (int FormatVersion, int SchemaId) _writtenFor;
    private ImmutableArray<ManifestFile> _newData = [];
    private ImmutableArray<ManifestFile> _newDeletes = [];

    public FileActionRun(IcebergTable table, FileAction action)
        : base(table, action)
    {
        _action = action;
        _change = action.Change;
        _dataFilter = new(Files, _change.RemovedData, []);
        _deleteFilter = new(Files, _change.RemovedDeletes, _change.RemovedData);
        _dataMerger = new(Files);
        _deleteMerger = new(Files);
    }

    protected override string Operation => _action.Operation;

    protected override async Task<(List<ManifestFile> Manifests, ImmutableSortedDictionary<string, string> Summary)?> ManifestsAsync(
        TableMetadata metadata, Snapshot? parent, CancellationToken cancel)
    {
        if (_change.IsEmpty) return null;
        _change.CheckFormat(metadata.FormatVersion);
        await _action.ValidateAsync(
            (start, mayMatch) => new ConflictRules(Store, metadata, start, parent?.SnapshotId, mayMatch), cancel).ConfigureAwait(false);

        IReadOnlyList<ManifestFile> old = parent is null ? []
            : await ManifestListReader.ReadAsync(Store, parent, metadata, cancel).ConfigureAwait(false);
        ManifestFilter.Result data = await _dataFilter.ApplyAsync(
            metadata, [.. old.Where(m => m.Content == ManifestContent.Data)], 0, cancel).ConfigureAwait(false);
        // What is added with a sequence number of its own may be older than all that stays.
        long oldest = data.Manifests.Where(m => m.HasLiveFiles).Select(m => m.MinSequenceNumber ?? 0)
            .Concat(_change.AddedData.Select(f => _change.SequenceNumberOf(f) ?? metadata.LastSequenceNumber)).DefaultIfEmpty(metadata.LastSequenceNumber).Min();
        ManifestFilter.Result deletes = await _deleteFilter.ApplyAsync(
            metadata, [.. old.Where(m => m.Content == ManifestContent.Deletes)], oldest, cancel).ConfigureAwait(false);
        await WriteNewAsync(metadata, cancel).ConfigureAwait(false);

        (List<ManifestFile> dataManifests, int mergedData) = await _dataMerger.ApplyAsync(
            metadata, Kept([.. _newData, .. data.Manifests]), cancel).ConfigureAwait(false);
        (List<ManifestFile> deleteManifests, int mergedDeletes) = await _deleteMerger.ApplyAsync(
            metadata, Kept([.. _newDeletes, .. deletes.Manifests]), cancel).ConfigureAwait(false);
        List<ManifestFile> manifests = [.. dataManifests, .. deleteManifests];
        int replaced = data.Replaced + deletes.Replaced + mergedData + mergedDeletes;
        return (manifests, ManifestCounts(Count([.. data.Removed, .. deletes.Removed]), manifests, replaced));
    }

    /// <summary>Manifests with live files, and our own, which tell what this snapshot deleted.</summary>
    private List<ManifestFile> Kept(IEnumerable<ManifestFile> manifests) =>
        [.. manifests.Where(m => m.HasLiveFiles || m.AddedSnapshotId == Files.SnapshotId)];

    private ImmutableSortedDictionary<string, string> Count(IEnumerable<DataFile> removed)
    {
        var counts = new FileCounts();
        foreach (DataFile file in _change.AddedData.Concat(_change.AddedDeletes)) counts.Added(file);
        foreach (DataFile file in removed) counts.Removed(file);
        return StringMap.Of(counts.Summary());
    }

    private async Task WriteNewAsync(TableMetadata metadata, CancellationToken cancel)
    {
        if (_writtenFor == (metadata.FormatVersion, metadata.CurrentSchemaId)) return;
        _newData = await WriteNewAsync(metadata, ManifestContent.Data, _change.AddedData, _change.SequenceNumberOf, cancel).ConfigureAwait(false);
        _newDeletes = await WriteNewAsync(metadata, ManifestContent.Deletes, _change.AddedDeletes, _ => null, cancel).ConfigureAwait(false);
        _writtenFor = (metadata.FormatVersion, metadata.CurrentSchemaId);
    }

    private async Task<ImmutableArray<ManifestFile>> WriteNewAsync(
        TableMetadata metadata, ManifestContent content, ImmutableArray<DataFile> added, Func<DataFile, long?> sequence, CancellationToken cancel)
    {
        List<ManifestFile> manifests = [];
        foreach (IGrouping<int, DataFile> spec in added.GroupBy(f => f.SpecId))
        {
            // Row ids of new files are assigned by the commit, never taken over from where the file was before.
            ManifestEntry[] entries =
            [
                .. spec.Select(f => ManifestEntry.Added(f with { FirstRowId = null }, sequence(f)) with { SnapshotId = Files.SnapshotId }),
            ];
            manifests.AddRange(await Files.WriteManifestsAsync(metadata, spec.Key, content, entries, null, cancel).ConfigureAwait(false));
        }
        return [.. manifests];
    }
}
