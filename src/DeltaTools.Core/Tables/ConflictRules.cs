using System.Collections.Frozen;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tables;

/// <summary>Whether what other writers did since a change was planned contradicts it.</summary>
/// <remarks>
/// <para>A change is planned on one snapshot, its start, and lands on another, the head of the branch at commit time. In between lie the
/// snapshots that others committed. The rules below are those of the Java library; each looks at the manifests which the snapshots in
/// between added, and only at snapshots whose operation can do the harm:</para>
/// <para>- Data files appear by <c>append</c> and <c>overwrite</c>. (A <c>replace</c> also adds files, but no rows.)</para>
/// <para>- Data files disappear by <c>overwrite</c>, <c>replace</c> and <c>delete</c>.</para>
/// <para>- Delete files appear by <c>overwrite</c> and <c>delete</c>; deletion vectors by <c>replace</c> too.</para>
/// <para>A conflict is not retryable: the same change would meet it again. It has to be planned anew, on the new head. When the lineage
/// from the head does not lead back to the start - it was expired, or the branch was set back - nobody can tell, and that is a
/// conflict too.</para>
/// </remarks>
internal sealed class ConflictRules
{
    private static readonly FrozenSet<string> s_addsData = FrozenSet.ToFrozenSet([SnapshotSummary.Append, SnapshotSummary.Overwrite]);
    private static readonly FrozenSet<string> s_removesData =
        FrozenSet.ToFrozenSet([SnapshotSummary.Overwrite, SnapshotSummary.Replace, SnapshotSummary.Delete]);
    private static readonly FrozenSet<string> s_replacesData = FrozenSet.ToFrozenSet([SnapshotSummary.Overwrite, SnapshotSummary.Replace]);
    private static readonly FrozenSet<string> s_addsDeletes = FrozenSet.ToFrozenSet([SnapshotSummary.Overwrite, SnapshotSummary.Delete]);
    private static readonly FrozenSet<string> s_addsVectors =
        FrozenSet.ToFrozenSet([SnapshotSummary.Overwrite, SnapshotSummary.Delete, SnapshotSummary.Replace]);

    private readonly IObjectStore _store;
    private readonly TableMetadata _metadata;
    private readonly IReadOnlyList<Snapshot> _between;
    private readonly Func<DataFile, bool> _mayMatch;

    /// <param name="start">The snapshot that the change was planned on; null: the branch had none.</param>
    /// <param name="head">The snapshot that it lands on.</param>
    /// <param name="mayMatch">Whether a file may hold rows that matter to the change; null: all do. Gets the column metrics.</param>
    /// <exception cref="IcebergException">CommitConflict: the start is not in the lineage of the head.</exception>
    public ConflictRules(IObjectStore store, TableMetadata metadata, long? start, long? head, Func<DataFile, bool>? mayMatch)
    {
        _store = store;
        _metadata = metadata;
        _mayMatch = mayMatch ?? (_ => true);
        _between = Ancestry.Since(metadata, start, head) ?? throw Conflict(
            $"The history from snapshot {start?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, on which the change was planned, "
            + $"to the head of the branch is not known any more. Run the command again.");
    }

    /// <summary>Data files that new delete files refer to must still be there, or their rows would come back or be lost.</summary>
    /// <param name="deletesMatter">Also when they went by a <c>delete</c>, which removes rows only: needed when the change rewrites rows.</param>
    public async Task DataFilesExistAsync(IReadOnlySet<string> paths, bool deletesMatter, CancellationToken cancel)
    {
        if (paths.Count == 0) return;
        List<DataFile> gone = await FindAsync(
            deletesMatter ? s_removesData : s_replacesData, ManifestContent.Data, ManifestEntryStatus.Deleted,
            f => paths.Contains(f.FilePath), cancel).ConfigureAwait(false);
        if (gone.Count > 0) throw FilesGone([.. gone.Select(f => f.FilePath)]);
    }

    /// <summary>No data file may have been added that can hold rows which the change should have seen, such as a row of the same key.</summary>
    public async Task NoNewDataAsync(CancellationToken cancel)
    {
        List<DataFile> added = await FindAsync(s_addsData, ManifestContent.Data, ManifestEntryStatus.Added, _mayMatch, cancel).ConfigureAwait(false);
        if (added.Count > 0) throw Conflict($"Another writer added rows that this change did not see ({Names(added)}).");
    }

    /// <summary>No rows may have been deleted that the change rests on.</summary>
    public async Task NoNewDeletesAsync(CancellationToken cancel)
    {
        List<DataFile> added = await FindAsync(s_addsDeletes, ManifestContent.Deletes, ManifestEntryStatus.Added, _mayMatch, cancel).ConfigureAwait(false);
        if (added.Count > 0) throw Conflict($"Another writer deleted rows that this change did not see ({Names(added)}).");
    }

    /// <summary>Data files that the change replaces must not have got deletes, which the new files would not know of.</summary>
    /// <param name="ignoreEquality">When the new files keep the sequence number of the old ones, later equality deletes apply to them as well.</param>
    public async Task NoNewDeletesForAsync(IReadOnlyCollection<DataFile> replaced, bool ignoreEquality, CancellationToken cancel)
    {
        if (replaced.Count == 0) return;
        FrozenSet<string> paths = replaced.Select(f => f.FilePath).ToFrozenSet(StringComparer.Ordinal);
        FrozenSet<(int, PartitionTuple)> partitions = replaced.Select(f => (f.SpecId, f.Partition)).ToFrozenSet();
        List<DataFile> added = await FindAsync(
            s_addsDeletes, ManifestContent.Deletes, ManifestEntryStatus.Added,
            file => Applies(file) && !(ignoreEquality && file.Content == DataFileContent.EqualityDeletes), cancel).ConfigureAwait(false);
        if (added.Count > 0) throw Conflict($"Another writer deleted rows of files that this change replaces ({Names(added)}).");

        bool Applies(DataFile delete) => FileKey.ReferencedDataFile(delete) is { } path
            ? paths.Contains(path)
            : partitions.Contains((delete.SpecId, delete.Partition))
              || (delete.Content == DataFileContent.EqualityDeletes && _metadata.Spec(delete.SpecId).IsUnpartitioned);
    }

    /// <summary>A data file has one deletion vector at most: of two writers that make one for the same file, the second has not seen the first's.</summary>
    public async Task NoNewVectorsAsync(IReadOnlySet<string> dataFiles, CancellationToken cancel)
    {
        if (dataFiles.Count == 0) return;
        List<DataFile> added = await FindAsync(
            s_addsVectors, ManifestContent.Deletes, ManifestEntryStatus.Added,
            f => f.IsDeletionVector && f.ReferencedDataFile is { } path && dataFiles.Contains(path), cancel).ConfigureAwait(false);
        if (added.Count > 0) throw Conflict($"Another writer deleted rows of the same data files ({string.Join(", ", added.Select(f => f.ReferencedDataFile))}).");
    }

    /// <summary>Files that the change removes must be there.</summary>
    internal static IcebergException FilesGone(IReadOnlyCollection<string> paths) =>
        Conflict($"Another writer removed files that this change rests on ({Names(paths)}).");

    private async Task<List<DataFile>> FindAsync(
        FrozenSet<string> operations, ManifestContent content, ManifestEntryStatus status, Func<DataFile, bool> wanted, CancellationToken cancel)
    {
        List<DataFile> found = [];
        foreach (Snapshot snapshot in _between.Where(s => s.Operation is not { } operation || operations.Contains(operation)))
        {
            IReadOnlyList<ManifestFile> manifests = await ManifestListReader.ReadAsync(_store, snapshot, _metadata, cancel).ConfigureAwait(false);
            foreach (ManifestFile manifest in manifests.Where(m => m.Content == content && m.AddedSnapshotId == snapshot.SnapshotId))
            {
                if (status == ManifestEntryStatus.Added ? !manifest.HasAddedFiles : !manifest.HasDeletedFiles) continue;
                IReadOnlyList<ManifestEntry> entries = await ManifestReader.ReadAsync(
                    _store, manifest, _metadata, ManifestReadOptions.All, cancel).ConfigureAwait(false);
                found.AddRange(entries.Where(e => e.Status == status && e.SnapshotId == snapshot.SnapshotId && wanted(e.DataFile)).Select(e => e.DataFile));
            }
        }
        return found;
    }

    private static string Names(IReadOnlyCollection<DataFile> files) => Names([.. files.Select(f => f.FilePath)]);

    private static string Names(IReadOnlyCollection<string> paths)
    {
        const int Most = 3;
        string[] names = [.. paths.Take(Most).Select(p => p[(p.LastIndexOf('/') + 1)..])];
        return string.Join(", ", names) + (paths.Count > Most ? $" and {paths.Count - Most} more" : "");
    }

    private static IcebergException Conflict(string message) => new(IcebergErrorKind.CommitConflict, message);
}
