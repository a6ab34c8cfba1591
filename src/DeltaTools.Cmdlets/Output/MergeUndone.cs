using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>A merge that was taken back.</summary>
public sealed class MergeUndone : TableOutput
{
    internal MergeUndone(TableArgument table, UndoPlan plan, Snapshot snapshot) : base(table)
    {
        UndoneSnapshotId = plan.Merge.SnapshotId;
        UndoneReportDate = ReportDates.Of(plan.Merge);
        SnapshotId = snapshot.SnapshotId;
        ReportDate = plan.Next?.Watermark;
        Removed = plan.Counts.Inserted;
        Reverted = plan.Counts.Updated;
        Restored = plan.Counts.Deleted;
    }

    /// <summary>The snapshot of the merge.</summary>
    public long UndoneSnapshotId { get; }

    /// <summary>The report date of the merge.</summary>
    public DateOnly? UndoneReportDate { get; }

    /// <summary>The snapshot that takes it back.</summary>
    public long SnapshotId { get; }

    /// <summary>Where the table stands now; null: as if it was never merged.</summary>
    public DateOnly? ReportDate { get; }

    /// <summary>Rows that the merge had inserted.</summary>
    public long Removed { get; }

    /// <summary>Rows that the merge had changed.</summary>
    public long Reverted { get; }

    /// <summary>Rows that the merge had deleted.</summary>
    public long Restored { get; }
}
