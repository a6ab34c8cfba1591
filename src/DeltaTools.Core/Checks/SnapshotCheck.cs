using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Checks;

/// <summary>Whether the live files of a snapshot fit together.</summary>
/// <param name="resolve">Gives the store's spelling of a location.</param>
internal sealed class SnapshotCheck(TableMetadata metadata, Snapshot snapshot, IReadOnlyList<SnapshotEntry> live, Func<string, string> resolve)
{
    private readonly ImmutableArray<SnapshotEntry> _data = [.. live.Where(e => e.Entry.DataFile.Content == DataFileContent.Data)];
    private readonly ImmutableArray<DataFile> _deletes = [.. live.Select(e => e.Entry.DataFile).Where(f => f.Content != DataFileContent.Data)];

    public IEnumerable<Finding> Run()
    {
        Finding[] doubles = [.. Doubles()];
        Finding[] vectors = [.. Vectors()];
        IEnumerable<Finding> dangling = vectors.Length == 0 ? Dangling() : [];
        return [.. doubles, .. vectors, .. dangling, .. SequenceNumbers(), .. Lineage()];
    }

    private IEnumerable<Finding> Doubles() => live
        .GroupBy(e => (resolve(e.Entry.DataFile.FilePath), e.Entry.DataFile.ContentOffset))
        .Where(g => g.Count() > 1)
        .Select(g => Error(CheckKind.LivePathTwice, g.First().Entry.DataFile,
            $"The file is listed {g.Count()} times, so its rows or deletes count more than once (manifests {string.Join(", ", g.Select(e => e.Manifest.ManifestPath).Distinct())})."));

    private IEnumerable<Finding> Vectors()
    {
        foreach (DataFile file in _deletes.Where(f => f.IsDeletionVector && (f.ReferencedDataFile is null || f.ContentOffset is null || f.ContentSizeInBytes is null)))
            yield return Error(CheckKind.Deletes, file, "The deletion vector lacks its data file, its offset or its size.");
        foreach (IGrouping<string, DataFile> group in _deletes.Where(f => f.IsDeletionVector && f.ReferencedDataFile is not null).GroupBy(f => resolve(f.ReferencedDataFile!)))
        {
            if (group.Count() > 1) yield return Error(CheckKind.Deletes, group.Last(), $"Data file {group.Key} has {group.Count()} deletion vectors; it may have one.");
        }
        foreach (DataFile file in _deletes.Where(f => f.Content == DataFileContent.EqualityDeletes && f.EqualityIds.IsEmpty))
            yield return Error(CheckKind.Deletes, file, "The equality delete file does not say which columns it compares.");
    }

    /// <summary>Deletes that no data file is read with. They are harmless and cost work with every scan.</summary>
    private IEnumerable<Finding> Dangling()
    {
        if (_deletes.IsEmpty) return [];
        DeleteFile[] deletes = [.. live.Where(e => e.Entry.DataFile.Content != DataFileContent.Data).Select(e => new DeleteFile(e.Entry.DataFile, e.Entry.SequenceNumber ?? 0))];
        var index = new DeleteIndex(deletes, metadata, resolve);
        var applied = new HashSet<DeleteFile>(ReferenceEqualityComparer.Instance);
        foreach (SnapshotEntry entry in _data)
            applied.UnionWith(index.For(entry.Entry.DataFile, resolve(entry.Entry.DataFile.FilePath), entry.Entry.SequenceNumber ?? 0));
        return deletes.Where(d => !applied.Contains(d)).Select(d => Error(
            CheckKind.DeletesMatchNothing, d.File, "The deletes apply to no data file of the snapshot. Optimize-IcebergTable takes such files away.") with
        {
            Severity = FindingSeverity.Warning,
        });
    }

    private IEnumerable<Finding> SequenceNumbers() => snapshot.SequenceNumber == 0 ? [] : live
        .Where(e => e.Entry.SequenceNumber > snapshot.SequenceNumber)
        .Select(e => Error(CheckKind.SequenceNumber, e.Entry.DataFile,
            $"The file has data sequence number {e.Entry.SequenceNumber}, but the snapshot's is {snapshot.SequenceNumber}: deletes may not apply to it."));

    private IEnumerable<Finding> Lineage()
    {
        if (snapshot.FirstRowId is null) yield break;
        long end = 0;
        DataFile? before = null;
        foreach (DataFile file in _data.Select(e => e.Entry.DataFile).DistinctBy(f => resolve(f.FilePath)).OrderBy(f => f.FirstRowId ?? -1))
        {
            if (file.FirstRowId is not { } first)
            {
                yield return Error(CheckKind.RowLineage, file, "The file's rows have no row ids, which format version 3 requires.");
                continue;
            }
            if (before is not null && first < end)
                yield return Error(CheckKind.RowLineage, file, $"Row ids from {first} on are those of {before.FilePath} too.");
            if (first > metadata.NextRowId - file.RecordCount)
                yield return Error(CheckKind.RowLineage, file, $"The file's row ids go up to {first + file.RecordCount - 1}, but the table will give {metadata.NextRowId} to the next row.");
            (end, before) = (Math.Max(end, first + file.RecordCount), file);
        }
    }

    private Finding Error(CheckKind check, DataFile file, string message) =>
        new(FindingSeverity.Error, check, file.FilePath, message) { SnapshotId = snapshot.SnapshotId };
}
