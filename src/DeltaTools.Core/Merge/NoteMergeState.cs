using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Writes how far a branch is merged into the table's properties, and takes away the announcement of the merge.</summary>
internal sealed record NoteMergeState(string Branch, MergeState State) : MetadataAction
{
    /// <summary>The snapshot that the state is said of; null: what is the branch's head then.</summary>
    public long? SnapshotId { get; init; }

    /// <summary>Whether this is the end of a merge; else an announcement of one stays.</summary>
    public bool Settles { get; init; } = true;

    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        long? about = SnapshotId ?? metadata.Refs.GetValueOrDefault(Branch)?.SnapshotId;
        string value = State.ToProperty(about is { } id ? metadata.Snapshot(id) : null);
        string name = MergeState.PropertyOf(Branch), pending = PendingMerge.PropertyOf(Branch);
        List<TableUpdate> updates = [];
        if (SnapshotId is { } made && metadata.Snapshot(made) is { } snapshot && ReportDates.Of(snapshot) is null)
            updates.Add(new SetProperties(StringMap.Of([NotedReportDates.With(metadata, made, State.Watermark)])));
        if (metadata.Properties.GetValueOrDefault(name) != value) updates.Add(new SetProperties(StringMap.Empty.Add(name, value)));
        if (Settles && metadata.Properties.ContainsKey(pending)) updates.Add(new RemoveProperties([pending]));
        return [.. updates];
    }
}
