using DeltaTools.Cmdlets;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools;

/// <summary>When a snapshot became a table's current one.</summary>
public sealed class IcebergHistoryEntry : TableOutput
{
    private IcebergHistoryEntry(OpenTable table, SnapshotLogEntry entry, bool isCurrentAncestor) : base(table.Source)
    {
        Snapshot? snapshot = table.Metadata.Snapshot(entry.SnapshotId);
        MadeCurrentAt = entry.Timestamp;
        SnapshotId = entry.SnapshotId;
        IsCurrentAncestor = isCurrentAncestor;
        ParentId = snapshot?.ParentSnapshotId;
        Operation = snapshot?.Operation;
        ReportDate = snapshot is null ? null : ReportDates.Of(table.Metadata, snapshot);
        CommittedBy = snapshot is null ? null : snapshot.Summary.GetValueOrDefault(Provenance.CommittedBy);
    }

    public DateTimeOffset MadeCurrentAt { get; }

    public long SnapshotId { get; }

    /// <summary>The snapshot it was made from; null also when the snapshot has expired.</summary>
    public long? ParentId { get; }

    /// <summary>False when the table was rolled back behind it.</summary>
    public bool IsCurrentAncestor { get; }

    /// <summary><c>append</c>, <c>overwrite</c>, <c>replace</c> or <c>delete</c>; null when the snapshot has expired.</summary>
    public string? Operation { get; }

    /// <summary>Report date that a merge brought the table to.</summary>
    public DateOnly? ReportDate { get; }

    /// <summary>User and machine, when the writer noted them.</summary>
    public string? CommittedBy { get; }

    /// <summary>The whole snapshot log, newest first.</summary>
    internal static IEnumerable<IcebergHistoryEntry> Of(OpenTable table)
    {
        HashSet<long> ancestors = [.. Ancestry.Of(table.Metadata, table.Metadata.CurrentSnapshotId).Select(s => s.SnapshotId)];
        return table.Metadata.SnapshotLog.Reverse().Select(e => new IcebergHistoryEntry(table, e, ancestors.Contains(e.SnapshotId)));
    }
}
