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
}
