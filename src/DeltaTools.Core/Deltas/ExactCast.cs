using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>SQL that turns a typed value into another type and keeps it exact: what does not fit is refused, never rounded.</summary>
public static class ExactCast
{
    public static StrictCast Of(string value, IcebergType from, IcebergType to)
    {
        string cast = $"TRY_CAST({value} AS {DuckTypes.Of(to)})";
        string same = (from.Id, to.Id) switch
        {
            // A binary fraction such as 12.34 has no exact decimal; it fits when the decimal rounds back to the same number.
            (TypeId.Float or TypeId.Double, TypeId.Decimal) or (TypeId.Decimal, TypeId.Float or TypeId.Double)
                => $"abs(CAST({cast} AS DOUBLE) - CAST({value} AS DOUBLE)) <= 1e-12 * abs(CAST({value} AS DOUBLE)) OR isnan(CAST({value} AS DOUBLE))",
            (TypeId.Double, TypeId.Float) => $"isinf({cast}) = isinf({value})",
            (TypeId.Int or TypeId.Long, TypeId.Float or TypeId.Double) => $"CAST({cast} AS BIGINT) = {value}",
            (TypeId.Decimal, TypeId.Decimal) => $"{cast} = {value}",
            (TypeId.TimestampNs, TypeId.Timestamp) or (TypeId.TimestampTzNs, TypeId.TimestampTz) => $"CAST({cast} AS TIMESTAMP_NS) = {value}",
            _ => "true",
        };
        return new(cast, $"({value} IS NULL OR coalesce({cast} IS NOT NULL AND ({same}), false))");
    }

    /// <summary>Whether every value of the one type, or every one that fits, is a value of the other: numbers of any width, dates
    /// as timestamps, never text as numbers. Values that do not fit are refused and named.</summary>
    public static bool CanFeed(IcebergType from, IcebergType to) => from.Equals(to) || (from.Id, to.Id) switch
    {
        (TypeId.Unknown, _) => true,
        (TypeId.Int or TypeId.Long, TypeId.Int or TypeId.Long or TypeId.Float or TypeId.Double or TypeId.Decimal) => true,
        (TypeId.Float or TypeId.Double, TypeId.Float or TypeId.Double or TypeId.Decimal) => true,
        (TypeId.Decimal, TypeId.Decimal or TypeId.Double) => true,
        (TypeId.Date, TypeId.Timestamp or TypeId.TimestampNs) => true,
        (TypeId.Timestamp, TypeId.TimestampNs) or (TypeId.TimestampNs, TypeId.Timestamp) => true,
        (TypeId.TimestampTz, TypeId.TimestampTzNs) or (TypeId.TimestampTzNs, TypeId.TimestampTz) => true,
        (TypeId.Fixed, TypeId.Binary) => true,
        (TypeId.Struct, TypeId.Struct) or (TypeId.List, TypeId.List) or (TypeId.Map, TypeId.Map) => SameShape(from, to),
        _ => false,
    };

    private static bool SameShape(IcebergType from, IcebergType to) =>
        from.Children.Length == to.Children.Length
        && from.Children.Zip(to.Children).All(p => p.First.Name == p.Second.Name && CanFeed(p.First.Type, p.Second.Type));
}
