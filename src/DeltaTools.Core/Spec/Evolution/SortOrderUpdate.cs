using System.Collections.Immutable;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>Replaces the sort order that writers follow; files that are there keep theirs.</summary>
public static class SortOrderUpdate
{
    /// <summary>None when it is the table's order already.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the order refers to columns that are missing, or by transforms that do not take them.</exception>
    public static ImmutableArray<TableUpdate> Updates(TableMetadata metadata, SortOrder order)
    {
        if (order.SameAs(metadata.DefaultSortOrder)) return [];
        if (PartitionRules.SourceProblem(order, metadata.CurrentSchema) is { } problem) throw IcebergException.Invalid($"The sort order {problem}");
        return metadata.SortOrders.FirstOrDefault(o => o.SameAs(order)) is { } same
            ? [new SetDefaultSortOrder(same.OrderId)] : [new AddSortOrder(order), new SetDefaultSortOrder(TableUpdate.LastAdded)];
    }
}
