using DeltaTools.Cmdlets;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Merge;

namespace DeltaTools;

/// <summary>How many rows changed from one snapshot to another.</summary>
public sealed class SnapshotChanges : TableOutput
{
    internal SnapshotChanges(OpenTable table, ChangeStep step, ChangeCounts counts) : base(table.Source)
    {
        FromSnapshotId = step.Before?.SnapshotId;
        SnapshotId = step.After.SnapshotId;
        CommittedAt = step.After.Timestamp;
        Operation = step.After.Operation;
        ReportDate = ReportDates.Of(step.After);
        Inserted = counts.Inserted;
        Updated = counts.Updated;
        Deleted = counts.Deleted;
    }

    /// <summary>The state before; null is the empty table.</summary>
    public long? FromSnapshotId { get; }

    /// <summary>The state after.</summary>
    public long SnapshotId { get; }

    public DateTimeOffset CommittedAt { get; }

    /// <summary><c>append</c>, <c>overwrite</c> or <c>delete</c>.</summary>
    public string? Operation { get; }

    /// <summary>Report date that a merge brought the table to.</summary>
    public DateOnly? ReportDate { get; }

    public long Inserted { get; }

    public long Updated { get; }

    public long Deleted { get; }
}
