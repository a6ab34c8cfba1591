using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>The states of main, newest first, with what merges made and took back.</summary>
internal sealed record MergeLine(ImmutableArray<Snapshot> Snapshots, IReadOnlySet<string> Undone)
{
    /// <summary>Merges that were not taken back.</summary>
    public IEnumerable<Snapshot> Standing => Snapshots.Where(s => IsMerge(s) && !IsUndone(s));

    public static MergeLine Of(TableMetadata metadata)
    {
        ImmutableArray<Snapshot> line = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId)];
        return new(line, line.Select(s => s.Summary.GetValueOrDefault(MergeSummaryKeys.UndoOf)).OfType<string>().ToHashSet());
    }

    /// <param name="snapshotId">Null is the last merge that stands.</param>
    /// <param name="table">Name of the table, for errors.</param>
    /// <exception cref="IcebergException">SnapshotNotFound: it is no merge of the table; MergeRefused: it was taken back already.</exception>
    public Snapshot Find(long? snapshotId, string table)
    {
        if (snapshotId is null)
            return Standing.FirstOrDefault() ?? throw new IcebergException(IcebergErrorKind.SnapshotNotFound, $"Table {table} has no merge that could be taken back.");
        Snapshot? merge = Snapshots.FirstOrDefault(s => s.SnapshotId == snapshotId);
        if (merge is null || !IsMerge(merge))
            throw new IcebergException(IcebergErrorKind.SnapshotNotFound, $"Snapshot {snapshotId} is no merge in the history of table {table}. Get-IcebergHistory shows the merges with their report dates.");
        return !IsUndone(merge) ? merge : throw new IcebergException(IcebergErrorKind.MergeRefused, $"The merge of snapshot {snapshotId} was taken back already.");
    }

    private static bool IsMerge(Snapshot snapshot) =>
        MergeState.Read(snapshot.Summary) is not null && !snapshot.Summary.ContainsKey(MergeSummaryKeys.UndoOf);

    private bool IsUndone(Snapshot snapshot) => Undone.Contains(snapshot.SnapshotId.ToString(CultureInfo.InvariantCulture));
}
