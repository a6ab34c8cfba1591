using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Moves a branch on to a snapshot that was made on another branch from its head.</summary>
/// <param name="From">Where the branch must stand; null: it must not be there yet.</param>
/// <param name="To">A descendant of <paramref name="From"/>.</param>
public sealed record FastForward(string Branch, long? From, long To) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        SnapshotRef? current = metadata.Refs.GetValueOrDefault(Branch);
        if (current?.SnapshotId != From)
        {
            throw new IcebergException(IcebergErrorKind.CommitConflict,
                $"Branch {Branch} was moved meanwhile, so it cannot be moved on to snapshot {To}.");
        }
        if (From is { } from && Ancestry.Of(metadata, To).All(s => s.SnapshotId != from))
        {
            throw IcebergException.Invalid($"Branch {Branch} cannot be moved on to snapshot {To}, which does not descend from its head {from}.");
        }
        return [new SetSnapshotRef(Branch, (current ?? SnapshotRef.Branch(To)) with { SnapshotId = To })];
    }
}
