using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;

namespace DeltaTools.Core.Deltas;

/// <summary>The column of ours that keeps the order of arrival in raw tables whose partitions tear the rows of an import apart.</summary>
/// <remarks>
/// It holds the number of a row among those of its commit, from 1, over all deltas of the commit in their order. It is no data: no merge, extract or
/// check of a delta takes it for a column of the deltas. Rows of other writers have none; their place in the files says when they arrived.
/// </remarks>
internal static class RowNumbers
{
    /// <summary>What tells the column from a delta's own of the same name. Tables hold this text: it must stay as it is.</summary>
    private const string Mark = "DeltaTools: number of the row among those of its import";

    /// <summary>Whether rows of one import and one date received may go to different partitions. Without such a date no merge reads the table.</summary>
    public static bool AreDue(TableMetadata raw) =>
        !RawTables.PartitionsFollowDate(raw) && Of(raw.CurrentSchema) is null && raw.CurrentSchema.FindFieldIgnoreCase(RawColumns.Date) is not null;

    /// <summary>The column; null when the table has none.</summary>
    public static NestedField? Of(Schema raw) => raw.Fields.FirstOrDefault(Is);

    public static bool Is(NestedField field) => field.Doc == Mark && field.Type.Id == TypeId.Long;

    /// <summary>Adds the column, under a name that neither the table nor the delta uses.</summary>
    public static SchemaChange Column(Schema raw, DeltaSource delta)
    {
        string name = UniqueNames.Of([RawColumns.Row], raw.Fields.Select(f => f.Name).Concat(delta.Columns.Select(c => c.Name)))[0];
        return new AddColumn(null, new NestedField(0, name, IcebergType.Long, Doc: Mark));
    }
}
