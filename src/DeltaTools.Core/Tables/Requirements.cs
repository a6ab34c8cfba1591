using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables;

/// <summary>What must not have changed since the base for a list of updates to be right.</summary>
/// <remarks>
/// As Java derives them (UpdateRequirements), and stricter where files are at stake: whoever removes snapshots has looked at every
/// branch and tag, so none of them may move meanwhile; and a reference that is removed must be the one that was seen.
/// </remarks>
internal static class Requirements
{
    public static ImmutableArray<TableRequirement> For(TableMetadata metadata, ImmutableArray<TableUpdate> updates)
    {
        List<TableRequirement> required = [];
        if (metadata.TableUuid is { } uuid) required.Add(new AssertTableUuid(uuid));
        foreach (TableUpdate update in updates) required.AddRange(For(metadata, update));
        return [.. required.Distinct()];
    }

    private static IEnumerable<TableRequirement> For(TableMetadata metadata, TableUpdate update) => update switch
    {
        SetSnapshotRef set => [RefUnchanged(metadata, set.RefName)],
        RemoveSnapshotRef remove => [RefUnchanged(metadata, remove.RefName)],
        RemoveSnapshots => metadata.Refs.Keys.Select(name => RefUnchanged(metadata, name)),
        AddSchema => [new AssertLastAssignedFieldId(metadata.LastColumnId)],
        SetCurrentSchema => [new AssertCurrentSchemaId(metadata.CurrentSchemaId)],
        AddPartitionSpec => [new AssertLastAssignedPartitionId(metadata.LastPartitionId)],
        SetDefaultSpec => [new AssertDefaultSpecId(metadata.DefaultSpecId)],
        SetDefaultSortOrder => [new AssertDefaultSortOrderId(metadata.DefaultSortOrderId)],
        RemovePartitionSpecs => [new AssertDefaultSpecId(metadata.DefaultSpecId), .. BranchesUnchanged(metadata)],
        RemoveSchemas => [new AssertCurrentSchemaId(metadata.CurrentSchemaId), .. BranchesUnchanged(metadata)],
        _ => [],
    };

    private static AssertRefSnapshotId RefUnchanged(TableMetadata metadata, string name) =>
        new(name, metadata.Refs.GetValueOrDefault(name)?.SnapshotId);

    private static IEnumerable<TableRequirement> BranchesUnchanged(TableMetadata metadata) =>
        metadata.Refs.Where(r => r.Value.Type == SnapshotRefType.Branch).Select(r => RefUnchanged(metadata, r.Key));
}
