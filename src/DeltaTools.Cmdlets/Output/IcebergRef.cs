using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>A branch or tag: a name for a snapshot.</summary>
public sealed class IcebergRef : TableOutput
{
    internal IcebergRef(OpenTable table, string name, SnapshotRef reference) : base(table.Source)
    {
        Name = name;
        Type = (IcebergRefType)reference.Type;
        SnapshotId = reference.SnapshotId;
        CommittedAt = table.Metadata.Snapshot(reference.SnapshotId)?.Timestamp;
        MaxAge = reference.MaxRefAge;
        MinSnapshots = reference.MinSnapshotsToKeep;
        MaxSnapshotAge = reference.MaxSnapshotAge;
    }

    public string Name { get; }

    public IcebergRefType Type { get; }

    public long SnapshotId { get; }

    /// <summary>When the snapshot was made.</summary>
    public DateTimeOffset? CommittedAt { get; }

    /// <summary>Age of the snapshot at which the branch or tag expires; null follows the table's properties.</summary>
    public TimeSpan? MaxAge { get; }

    /// <summary>Snapshots of a branch that expiry keeps at least; null follows the table's properties.</summary>
    public int? MinSnapshots { get; }

    /// <summary>Age up to which expiry keeps the snapshots of a branch; null follows the table's properties.</summary>
    public TimeSpan? MaxSnapshotAge { get; }

    public override string ToString() => Name;
}

/// <summary>Kind of a name for a snapshot.</summary>
public enum IcebergRefType
{
    /// <summary>Follows what is committed to it.</summary>
    Branch,

    /// <summary>Stays where it is.</summary>
    Tag,
}
