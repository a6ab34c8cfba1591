using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>Counts that snapshot summaries give, null where a writer left them out or where they prove nothing.</summary>
internal static class SnapshotTotals
{
    public static long? AddedRows(Snapshot snapshot) => snapshot.Summary.IsEmpty ? null : SnapshotSummary.Number(snapshot, SnapshotSummary.AddedRecords) ?? 0;

    /// <summary>Rows that went with their files or by new position deletes.</summary>
    public static long? RemovedRows(Snapshot snapshot) => snapshot.Summary.IsEmpty ? null
        : (SnapshotSummary.Number(snapshot, SnapshotSummary.DeletedRecords) ?? 0) + (SnapshotSummary.Number(snapshot, SnapshotSummary.AddedPositionDeletes) ?? 0)
            - (SnapshotSummary.Number(snapshot, SnapshotSummary.RemovedPositionDeletes) ?? 0);

    public static long? AddedFiles(Snapshot snapshot) => Sum(snapshot, SnapshotSummary.AddedDataFiles, SnapshotSummary.AddedDeleteFiles);

    public static long? RemovedFiles(Snapshot snapshot) => Sum(snapshot, SnapshotSummary.DeletedDataFiles, SnapshotSummary.RemovedDeleteFiles);

    private static long? Sum(Snapshot snapshot, string a, string b) =>
        snapshot.Summary.IsEmpty ? null : (SnapshotSummary.Number(snapshot, a) ?? 0) + (SnapshotSummary.Number(snapshot, b) ?? 0);
}
