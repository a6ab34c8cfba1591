using System.Globalization;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets.Report;

/// <summary>What a page tells of a table: its facts, and its states from the oldest that is retained to the current one.</summary>
internal sealed record TableStory(IcebergTable Table, DateOnly? ReportDate, IReadOnlyList<TableState> States)
{
    public static TableStory Of(OpenTable table)
    {
        TableMetadata metadata = table.Metadata;
        TableState[] states = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId).Reverse().Select(s => TableState.Of(metadata, s))];
        return new(new IcebergTable(table), states.LastOrDefault(s => s.ReportDate is not null)?.ReportDate, states);
    }
}

/// <summary>A snapshot in numbers, each null where its writer did not tell.</summary>
/// <param name="Inserted">Rows that came. Of a commit that is no merge: the rows that it added.</param>
/// <param name="Deleted">Rows that went. Of a commit that is no merge: the rows that it removed.</param>
internal sealed record TableState(
    long SnapshotId, DateTimeOffset CommittedAt, string? Operation, DateOnly? ReportDate, string? CommittedBy,
    long? Inserted, long? Updated, long? Deleted, long? Rows, long? DataFiles, long? DeleteFiles, long? Size)
{
    /// <summary>The report date, else the day of the commit.</summary>
    public string Label => ViewFormat.Date(ReportDate) ?? CommittedAt.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static TableState Of(TableMetadata metadata, Snapshot snapshot)
    {
        bool isMerge = snapshot.Summary.ContainsKey(MergeSummaryKeys.Inserted);
        // Files that were written anew hold the same rows.
        bool isSame = snapshot.Operation == SnapshotSummary.Replace;
        return new(
            snapshot.SnapshotId, snapshot.Timestamp, snapshot.Operation, ReportDates.Of(metadata, snapshot), snapshot.Summary.GetValueOrDefault(Provenance.CommittedBy),
            isMerge ? SnapshotSummary.Number(snapshot, MergeSummaryKeys.Inserted) : isSame ? 0 : SnapshotTotals.AddedRows(snapshot),
            isMerge ? SnapshotSummary.Number(snapshot, MergeSummaryKeys.Updated) : null,
            isMerge ? SnapshotSummary.Number(snapshot, MergeSummaryKeys.Deleted) : isSame ? 0 : SnapshotTotals.RemovedRows(snapshot),
            RowTotals.Of(snapshot), SnapshotSummary.Number(snapshot, SnapshotSummary.TotalDataFiles),
            SnapshotSummary.Number(snapshot, SnapshotSummary.TotalDeleteFiles), SnapshotSummary.Number(snapshot, SnapshotSummary.TotalFilesSize));
    }
}
