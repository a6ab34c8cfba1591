using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Creates a branch or tag, or changes where it points and how long it is kept.</summary>
public sealed record SetRef(string Name, SnapshotRef Ref) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (Name.Length == 0) throw IcebergException.Invalid("A branch or tag needs a name.");
        if (Name == SnapshotRef.Main && Ref.Type != SnapshotRefType.Branch) throw IcebergException.Invalid("main is a branch and cannot become a tag.");
        if (Ref is { Type: SnapshotRefType.Tag } and ({ MinSnapshotsToKeep: not null } or { MaxSnapshotAge: not null }))
        {
            throw IcebergException.Invalid($"'{Name}' is a tag: only branches keep a number or age of snapshots.");
        }
        if (metadata.Refs.TryGetValue(Name, out SnapshotRef? same) && same.Type != Ref.Type)
        {
            throw IcebergException.Invalid($"'{Name}' is a {same.Type.ToString().ToLowerInvariant()} and cannot become a {Ref.Type.ToString().ToLowerInvariant()}. Remove it first, or choose another name.");
        }
        _ = SnapshotSelection.ById(metadata, Ref.SnapshotId);
        return metadata.Refs.TryGetValue(Name, out SnapshotRef? existing) && existing == Ref ? [] : [new SetSnapshotRef(Name, Ref)];
    }
}
