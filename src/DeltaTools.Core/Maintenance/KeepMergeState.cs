using System.Collections.Immutable;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>Notes at the head of a branch how far it is merged, so that it is known whatever becomes of the snapshots that tell it now.</summary>
/// <remarks>
/// Merges tell their state in the summaries of their snapshots. Those may expire, and the note that merges leave in a property is about the
/// last merge, even when the branch was set back behind it. So maintenance that adds, removes or goes back to snapshots takes the state
/// along to the head: after the action that moves the head, and before the one that removes snapshots.
/// </remarks>
internal sealed record KeepMergeState(string Branch) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) =>
        MergeState.Of(metadata, Branch) is { } state ? new NoteMergeState(Branch, state) { Settles = false }.Apply(metadata) : [];
}
