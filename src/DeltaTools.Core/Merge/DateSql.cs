using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>SQL for dates in columns of other types; a time of day is midnight, of UTC where there is a zone.</summary>
internal static class DateSql
{
    /// <summary>The date that a column says; NULL when it says none.</summary>
    public static string From(string column, IcebergType type) => type.Id switch
    {
        TypeId.TimestampTz => $"CAST({column} AT TIME ZONE 'UTC' AS DATE)",
        _ => $"TRY_CAST({column} AS DATE)",
    };

    /// <summary>A date as a value of a column.</summary>
    public static string To(string date, IcebergType type) => type.Id switch
    {
        TypeId.Date => date,
        TypeId.String => $"strftime({date}, '%Y-%m-%d')",
        TypeId.TimestampTz => $"CAST(CAST({date} AS TIMESTAMP) AT TIME ZONE 'UTC' AS {DuckTypes.Of(type)})",
        _ => $"CAST({date} AS {DuckTypes.Of(type)})",
    };
}
