using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Maintenance;

/// <summary>How the files of a table are to be: size, partitioning, order.</summary>
/// <param name="Target">The new files; without a partition.</param>
/// <param name="ZOrder">Columns of a Z-curve; empty for none.</param>
/// <param name="KeepsArrival">The table holds deltas: the place of a row among the files says when it arrived, and must not change.</param>
internal sealed record CompactionLayout(WriteTarget Target, ImmutableArray<NestedField> ZOrder, bool KeepsArrival)
{
    /// <exception cref="IcebergException">InvalidArgument: the orders do not fit the table.</exception>
    public static CompactionLayout Of(TableMetadata metadata, string table, CompactionOptions options)
    {
        bool raw = RawTables.IsRaw(metadata);
        if (raw && options.Reorders)
        {
            throw IcebergException.Invalid(
                $"{table} holds deltas, and the order of their rows decides which of two is newer. Optimize it without -Sort and -ZOrder.");
        }
        if (!options.Sort.IsEmpty && !options.ZOrder.IsEmpty) throw IcebergException.Invalid("Rows are either sorted or ordered along a Z-curve: give -Sort or -ZOrder.");
        WriteTarget target = WriteTarget.Of(metadata, table);
        SortOrder order = raw || !options.ZOrder.IsEmpty ? SortOrder.Unsorted : options.Sort.IsEmpty ? target.SortOrder : Known(metadata, options.Sort);
        return new(
            target with
            {
                SortOrder = order,
                TargetFileSize = options.TargetFileSize ?? target.TargetFileSize,
                KeepsRowLineage = metadata.FormatVersion >= 3,
            },
            Maintenance.ZOrder.Columns(metadata.CurrentSchema, options.ZOrder),
            raw);
    }

    public bool Sorts => !Target.SortOrder.IsUnsorted || !ZOrder.IsEmpty;

    /// <summary>The order under the id that the table knows it by, so that files tell it; else as order 0, which claims nothing.</summary>
    private static SortOrder Known(TableMetadata metadata, ImmutableArray<string> texts)
    {
        SortOrder order = SortText.Parse(texts, metadata.CurrentSchema);
        return order with { OrderId = metadata.SortOrders.FirstOrDefault(o => o.SameAs(order))?.OrderId ?? 0 };
    }
}
