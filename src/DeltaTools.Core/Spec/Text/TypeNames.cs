using System.Collections.Frozen;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Names of types in schema texts: those of the specification and the usual ones of SQL.</summary>
internal static class TypeNames
{
    private static readonly FrozenDictionary<string, IcebergType> Types = new Dictionary<string, IcebergType>
    {
        ["boolean"] = IcebergType.Boolean,
        ["bool"] = IcebergType.Boolean,
        ["int"] = IcebergType.Int,
        ["integer"] = IcebergType.Int,
        ["smallint"] = IcebergType.Int,
        ["tinyint"] = IcebergType.Int,
        ["long"] = IcebergType.Long,
        ["bigint"] = IcebergType.Long,
        ["float"] = IcebergType.Float,
        ["real"] = IcebergType.Float,
        ["double"] = IcebergType.Double,
        ["date"] = IcebergType.Date,
        ["time"] = IcebergType.Time,
        ["timestamp"] = IcebergType.Timestamp,
        ["timestamp_ntz"] = IcebergType.Timestamp,
        ["datetime"] = IcebergType.Timestamp,
        ["timestamptz"] = IcebergType.TimestampTz,
        ["timestamp_ltz"] = IcebergType.TimestampTz,
        ["timestamp_ns"] = IcebergType.TimestampNs,
        ["timestamptz_ns"] = IcebergType.TimestampTzNs,
        ["string"] = IcebergType.String,
        ["text"] = IcebergType.String,
        ["varchar"] = IcebergType.String,
        ["char"] = IcebergType.String,
        ["uuid"] = IcebergType.Uuid,
        ["binary"] = IcebergType.Binary,
        ["varbinary"] = IcebergType.Binary,
        ["blob"] = IcebergType.Binary,
        ["bytea"] = IcebergType.Binary,
        ["unknown"] = IcebergType.Unknown,
        ["variant"] = IcebergType.Variant,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public const string Known = "boolean, int, long, float, double, decimal(p, s), date, time, timestamp, timestamptz, timestamp_ns, "
        + "timestamptz_ns, string, uuid, fixed[n], binary, variant, geometry, geography, unknown, struct<...>, list<...>, map<..., ...>";

    public static IcebergType? Find(string name) => Types.GetValueOrDefault(name);
}
