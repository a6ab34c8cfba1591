using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Columns of raw tables that have a meaning of their own.</summary>
public static class RawColumns
{
    /// <summary>Date the row was received.</summary>
    public const string Date = "date_received";

    /// <summary>Flag of tombstones, unless a merge names another column.</summary>
    public const string Deleted = "record_deleted";

    /// <summary>Names of the columns that a row's delta did not carry: their value is unchanged, not NULL. NULL: it carried all.</summary>
    public const string Absent = "absent_columns";

    /// <summary>Number of the row among those of its import, in tables whose partitions do not follow the date received; see <see cref="RowNumbers"/>.</summary>
    public const string Row = "delta_row";

    /// <summary>The columns for a new table: the numbers of rows belong to the table they are in.</summary>
    public static Schema WithoutRow(Schema schema) => RowNumbers.Of(schema) is null ? schema
        : new Schema(schema.SchemaId, new StructType([.. schema.Fields.Where(f => !RowNumbers.Is(f))]), schema.IdentifierFieldIds);
}
