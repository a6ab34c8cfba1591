using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Makes another snapshot of the table the current one. No snapshot is lost, so that a rollback can be rolled back.</summary>
public sealed record RollbackTo(long SnapshotId) : MetadataAction
{
    public string Branch { get; init; } = SnapshotRef.Main;

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        _ = SnapshotSelection.ById(metadata, SnapshotId);
        if (!metadata.Refs.TryGetValue(Branch, out SnapshotRef? reference))
        {
            if (Branch != SnapshotRef.Main) throw SnapshotSelection.RefNotFound(metadata, Branch);
            return [new SetSnapshotRef(Branch, SnapshotRef.Branch(SnapshotId))];
        }
        if (reference.Type != SnapshotRefType.Branch) throw IcebergException.Invalid($"'{Branch}' is a tag. Only branches are rolled back.");
        return reference.SnapshotId == SnapshotId ? [] : [new SetSnapshotRef(Branch, reference with { SnapshotId = SnapshotId })];
    }
}
