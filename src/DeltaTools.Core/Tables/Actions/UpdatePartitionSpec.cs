using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Changes how new files are partitioned; those that are there keep their partitioning.</summary>
public sealed record UpdatePartitionSpec(ImmutableArray<PartitionChange> Changes) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => PartitionUpdate.Updates(metadata, Changes);
}
