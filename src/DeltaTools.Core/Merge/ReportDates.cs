using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Finds the state of a report table by the report date it stood at, whenever it was merged.</summary>
public static class ReportDates
{
    /// <summary>The report date that the snapshot's own merge brought the table to; null for other commits.</summary>
    public static DateOnly? Of(Snapshot snapshot) =>
        snapshot.Summary.TryGetValue(MergeSummaryKeys.ReportDate, out string? text)
        && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;

    /// <summary>As the other, for snapshots too that an engine made which cannot write into their summaries.</summary>
    public static DateOnly? Of(TableMetadata metadata, Snapshot snapshot) =>
        Of(snapshot) ?? (NotedReportDates.Of(metadata).TryGetValue(snapshot.SnapshotId, out DateOnly date) ? date : null);

    /// <summary>The newest state of main that stood at the report date or at the last one before it.</summary>
    /// <remarks>A commit that is no merge, such as a compaction, leaves the table at the report date of the merge before it.</remarks>
    /// <exception cref="IcebergException">SnapshotNotFound: no merge is as old as that, or it has expired.</exception>
    public static Snapshot At(TableMetadata metadata, DateOnly date)
    {
        Snapshot? newest = null;
        DateOnly? earliest = null;
        foreach (Snapshot snapshot in Ancestry.Of(metadata, metadata.CurrentSnapshotId))
        {
            newest ??= snapshot;
            if (Of(metadata, snapshot) is not { } merged) continue;
            if (merged <= date) return newest;
            earliest = merged;
            newest = null;
        }
        // The merge that the head rests on has expired; what it made of the table is still here.
        if (newest is not null && newest.SnapshotId == metadata.CurrentSnapshotId && MergeState.Of(metadata, SnapshotRef.Main) is { } state)
        {
            if (state.Watermark <= date) return newest;
            earliest = state.Watermark;
        }
        throw new IcebergException(IcebergErrorKind.SnapshotNotFound, earliest is { } first
            ? $"The table has no state as of report date {Text(date)}: the earliest that is left is {Text(first)}."
            : "The table has no merge with a report date.");
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
