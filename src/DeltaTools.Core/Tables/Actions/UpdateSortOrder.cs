using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Replaces the order that new files are sorted in; <see cref="SortOrder.Unsorted"/> takes it away.</summary>
public sealed record UpdateSortOrder(SortOrder Order) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => SortOrderUpdate.Updates(metadata, Order);
}
