using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Writes how far a branch is merged into the table's properties, about the snapshot that is its head then.</summary>
internal sealed record NoteMergeState(string Branch, MergeState State) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        Snapshot? head = metadata.Refs.GetValueOrDefault(Branch) is { } reference ? metadata.Snapshot(reference.SnapshotId) : null;
        string value = State.ToProperty(head);
        string name = MergeState.PropertyOf(Branch);
        return metadata.Properties.GetValueOrDefault(name) == value ? [] : [new SetProperties(StringMap.Empty.Add(name, value))];
    }
}
