using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>The running totals of a snapshot's summary: the parent's, plus what was added, minus what was removed.</summary>
internal static class SummaryTotals
{
    private static readonly (string Total, string Added, string Removed)[] s_totals =
    [
        (SnapshotSummary.TotalRecords, SnapshotSummary.AddedRecords, SnapshotSummary.DeletedRecords),
        (SnapshotSummary.TotalFilesSize, SnapshotSummary.AddedFilesSize, SnapshotSummary.RemovedFilesSize),
        (SnapshotSummary.TotalDataFiles, SnapshotSummary.AddedDataFiles, SnapshotSummary.DeletedDataFiles),
        (SnapshotSummary.TotalDeleteFiles, SnapshotSummary.AddedDeleteFiles, SnapshotSummary.RemovedDeleteFiles),
        (SnapshotSummary.TotalPositionDeletes, SnapshotSummary.AddedPositionDeletes, SnapshotSummary.RemovedPositionDeletes),
        (SnapshotSummary.TotalEqualityDeletes, SnapshotSummary.AddedEqualityDeletes, SnapshotSummary.RemovedEqualityDeletes),
    ];

    /// <param name="parent">Null for the first snapshot of a branch, whose totals start at 0.</param>
    /// <remarks>A parent that does not tell a total, or tells nonsense, leaves it untold, as in Java: a wrong total is worse than none.</remarks>
    public static ImmutableSortedDictionary<string, string> AddTo(ImmutableSortedDictionary<string, string> summary, Snapshot? parent)
    {
        foreach ((string total, string added, string removed) in s_totals)
        {
            long? before = parent is null ? 0 : SnapshotSummary.Number(parent.Summary, total);
            if (before + (SnapshotSummary.Number(summary, added) ?? 0) - (SnapshotSummary.Number(summary, removed) ?? 0) is { } now and >= 0)
            {
                summary = summary.SetItem(total, FileCounts.Text(now));
            }
        }
        return summary;
    }
}
