using DeltaTools.Core.Athena;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Conversions and comparisons in Athena's SQL that are exact where the embedded engine's are (<see cref="ExactCast"/>).</summary>
internal static class AthenaCasts
{
    /// <summary>The earliest date there is: stands before every date received.</summary>
    public const string FirstDate = "DATE '0001-01-01'";

    public static StrictCast Of(ColumnPair pair)
    {
        string value = AthenaSql.Name(pair.Source.Name);
        (IcebergType from, IcebergType to) = (pair.Source.Type, pair.Target.Type);
        if (from.Equals(to)) return new(value, "true");
        string cast = $"TRY_CAST({value} AS {AthenaTypes.Of(to)})";
        string same = (from.Id, to.Id) switch
        {
            (TypeId.Float or TypeId.Double, TypeId.Decimal) or (TypeId.Decimal, TypeId.Float or TypeId.Double)
                => $"abs(CAST({cast} AS double) - CAST({value} AS double)) <= 1e-12 * abs(CAST({value} AS double)) OR is_nan(CAST({value} AS double))",
            (TypeId.Double, TypeId.Float) => $"is_infinite({cast}) = is_infinite({value})",
            (TypeId.Int or TypeId.Long, TypeId.Float or TypeId.Double) => $"TRY_CAST({cast} AS bigint) = {value}",
            (TypeId.Decimal, TypeId.Decimal) => $"{cast} = {value}",
            _ => "true",
        };
        return new(cast, $"({value} IS NULL OR coalesce({cast} IS NOT NULL AND ({same}), false))");
    }

    /// <summary>Whether two values differ; NULL equals NULL and NaN equals NaN.</summary>
    public static string Differ(string left, string right, IcebergType type) => type.Id is TypeId.Float or TypeId.Double
        ? $"({left} IS DISTINCT FROM {right} AND NOT (coalesce(is_nan({left}), false) AND coalesce(is_nan({right}), false)))"
        : $"{left} IS DISTINCT FROM {right}";

    /// <summary>A date in the type of an audit column; a time of day is midnight, of UTC where there is a zone.</summary>
    public static string Dated(string date, IcebergType type) => type.Id switch
    {
        TypeId.Date => date,
        TypeId.String => $"CAST({date} AS varchar)",
        TypeId.TimestampTz => $"with_timezone(CAST({date} AS timestamp(6)), 'UTC')",
        _ => $"CAST({date} AS {AthenaTypes.Of(type)})",
    };

    /// <summary>The date of a value, NULL when it has none.</summary>
    public static string AsDate(string value, IcebergType type) => type.Id switch
    {
        TypeId.Date => value,
        TypeId.TimestampTz => $"CAST({value} AT TIME ZONE 'UTC' AS date)",
        TypeId.Timestamp => $"CAST({value} AS date)",
        _ => $"TRY_CAST({value} AS date)",
    };
}
