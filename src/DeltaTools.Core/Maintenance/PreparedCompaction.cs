using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>A planned compaction with all that the state holds, to find out what follows from it.</summary>
/// <param name="Head">Null for a table without snapshots.</param>
/// <param name="Files">All data files of the state.</param>
/// <param name="Deletes">All delete files of the state.</param>
internal sealed record PreparedCompaction(
    IcebergTable Table, Snapshot? Head, CompactionLayout Layout, CompactionPlan Plan, ImmutableArray<FileScanTask> Files, ImmutableArray<DataFile> Deletes)
{
    private readonly FrozenDictionary<string, FileScanTask> _byPath = Files.ToFrozenDictionary(f => f.File.FilePath, StringComparer.Ordinal);

    /// <summary>Whether the files of a group are here as they were when it was rewritten, with the same deletes.</summary>
    public bool Holds(CompactionGroup group) => group.Files.All(old =>
        _byPath.TryGetValue(old.File.FilePath, out FileScanTask? now)
        && now.SequenceNumber == old.SequenceNumber
        && now.Deletes.Select(d => FileKey.Of(d.File)).ToHashSet().SetEquals(old.Deletes.Select(d => FileKey.Of(d.File))));

    /// <summary>The delete files that delete nothing any more when the groups are gone.</summary>
    /// <remarks>That is every one that applies to no file which stays. New files hold no deleted rows, and what others add meanwhile is newer
    /// than these deletes, so they do not apply to it.</remarks>
    public ImmutableArray<DataFile> DeletesWithout(IEnumerable<CompactionGroup> groups)
    {
        HashSet<string> gone = [.. groups.SelectMany(g => g.Files).Select(f => f.File.FilePath)];
        HashSet<FileKey> needed = [.. Files.Where(f => !gone.Contains(f.File.FilePath)).SelectMany(f => f.Deletes).Select(d => FileKey.Of(d.File))];
        return [.. Deletes.Where(d => !needed.Contains(FileKey.Of(d)))];
    }
}

/// <summary>A group that was rewritten and not yet committed.</summary>
/// <param name="SequenceNumber">Data sequence number of the new files; null in format version 1, which has none.</param>
internal sealed record RewrittenGroup(CompactionGroup Group, ImmutableArray<DataFile> Files, long? SequenceNumber)
{
    /// <summary>The sequence number that new files take.</summary>
    /// <param name="head">The state that the group was planned on.</param>
    /// <remarks>
    /// <para>The highest of the files that go. Later equality deletes apply to lower numbers, and so to the new files as they did to the old
    /// ones, whoever commits them meanwhile. Between tables of deltas and their merges the number also says what is new, and for that the
    /// highest is the lowest that is right.</para>
    /// <para>When equality deletes are applied, the number of the state they were applied in, as Java does: with the highest of the files
    /// these deletes could still lie above it, and every scan would apply them for nothing. Not for tables of deltas: there the new
    /// files would move past others in the order of arrival, and applying a delete again does no harm.</para>
    /// </remarks>
    public static long? SequenceNumberOf(CompactionGroup group, Snapshot head, TableMetadata metadata, bool keepsArrival)
    {
        if (metadata.FormatVersion == 1) return null;
        return !keepsArrival && group.Files.Any(RowsDeleted.ByEquality) ? head.SequenceNumber : group.Files.Max(f => f.SequenceNumber);
    }
}
