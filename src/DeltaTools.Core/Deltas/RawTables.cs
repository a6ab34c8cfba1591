using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Tells tables of deltas from others.</summary>
/// <remarks>
/// In a table of deltas the rows arrived in the order of data sequence number, file location and position in the file; merges go by it when
/// nothing else says which of two rows is newer. Whoever rewrites its files must keep that order. Within a commit whose files lie in several
/// partitions the numbers of <see cref="RowNumbers"/> count instead, where there are any.
/// </remarks>
public static class RawTables
{
    /// <summary>Made by an import, or imported into: then it has a ledger.</summary>
    public static bool IsRaw(TableMetadata metadata) =>
        metadata.Properties.GetValueOrDefault(DeltaImporter.TableKind) == DeltaImporter.RawKind
        || metadata.Properties.Keys.Any(k => k.StartsWith(Ledger.PropertyPrefix, StringComparison.Ordinal));

    /// <summary>Whether rows that the default spec puts into different partitions differ in the date received, which decides before the order of arrival does.</summary>
    public static bool PartitionsFollowDate(TableMetadata metadata)
    {
        PartitionSpec spec = metadata.DefaultSpec;
        if (spec.IsUnpartitioned) return true;
        NestedField? date = metadata.CurrentSchema.Fields.FirstOrDefault(f => f.Name.Equals(RawColumns.Date, StringComparison.OrdinalIgnoreCase));
        // Of a time only the day counts.
        return date is not null && spec.Fields.All(f => f.Transform is VoidTransform
            || (f.SourceIds is [var source] && source == date.Id && (date.Type.Id == TypeId.Date || f.Transform is YearTransform or MonthTransform or DayTransform)));
    }
}
