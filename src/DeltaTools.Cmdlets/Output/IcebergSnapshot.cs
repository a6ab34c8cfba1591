using System.Collections.Immutable;
using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools;

/// <summary>A state of a table that can be read.</summary>
public sealed class IcebergSnapshot : TableOutput
{
    internal IcebergSnapshot(OpenTable table, Snapshot snapshot) : base(table.Source)
    {
        SnapshotId = snapshot.SnapshotId;
        CommittedAt = snapshot.Timestamp;
        Operation = snapshot.Operation;
        AddedRows = SnapshotTotals.AddedRows(snapshot);
        RemovedRows = SnapshotTotals.RemovedRows(snapshot);
        TotalRows = RowTotals.Of(snapshot);
        AddedFiles = SnapshotTotals.AddedFiles(snapshot);
        RemovedFiles = SnapshotTotals.RemovedFiles(snapshot);
        Refs = [.. table.Metadata.Refs.Where(r => r.Value.SnapshotId == snapshot.SnapshotId).Select(r => r.Key)];
        ParentId = snapshot.ParentSnapshotId;
        SequenceNumber = snapshot.SequenceNumber;
        SchemaId = snapshot.SchemaId;
        ManifestList = snapshot.ManifestList;
        Summary = snapshot.Summary;
    }

    public long SnapshotId { get; }

    public DateTimeOffset CommittedAt { get; }

    /// <summary><c>append</c>, <c>overwrite</c>, <c>replace</c> or <c>delete</c>.</summary>
    public string? Operation { get; }

    public long? AddedRows { get; }

    public long? RemovedRows { get; }

    /// <summary>Rows that a reader gets; null when only reading them would tell, since there are delete files.</summary>
    public long? TotalRows { get; }

    public long? AddedFiles { get; }

    public long? RemovedFiles { get; }

    /// <summary>Branches and tags that point to it.</summary>
    public string[] Refs { get; }

    public long? ParentId { get; }

    public long SequenceNumber { get; }

    public int? SchemaId { get; }

    public string? ManifestList { get; }

    /// <summary>All that the writer noted.</summary>
    public ImmutableSortedDictionary<string, string> Summary { get; }
}
