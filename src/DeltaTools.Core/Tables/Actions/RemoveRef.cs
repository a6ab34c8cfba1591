using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Removes a branch or tag. Its snapshots stay until they are expired.</summary>
public sealed record RemoveRef(string Name) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (Name == SnapshotRef.Main) throw IcebergException.Invalid("The branch main cannot be removed.");
        return metadata.Refs.ContainsKey(Name) ? [new RemoveSnapshotRef(Name)] : throw SnapshotSelection.RefNotFound(metadata, Name);
    }
}
