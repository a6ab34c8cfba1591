using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Sets back how far main is merged, after a merge was taken back.</summary>
/// <param name="State">Null: as if it was never merged.</param>
internal sealed record UndoMergeState(MergeState? State) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (State is not null) return new NoteMergeState(SnapshotRef.Main, State).Apply(metadata);
        string name = MergeState.PropertyOf(SnapshotRef.Main);
        return metadata.Properties.ContainsKey(name) ? [new RemoveProperties([name])] : [];
    }
}
