using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded;

/// <summary>The engine's type for each Iceberg type.</summary>
/// <remarks>
/// <c>timestamptz_ns</c> is TIMESTAMP_NS (in UTC), as the engine has no nanosecond type with time zone. <c>fixed</c>, geometry and geography
/// are BLOB; a variant is its two binary parts; <c>unknown</c> is a NULL that casts to anything.
/// </remarks>
public static class DuckTypes
{
    public const string Variant = "STRUCT(metadata BLOB, \"value\" BLOB)";

    public static string Of(IcebergType type) => type switch
    {
        DecimalType d => $"DECIMAL({d.Precision},{d.Scale})",
        StructType s => $"STRUCT({string.Join(", ", s.Fields.Select(f => $"{Sql.Name(Sql.FieldName(s, f))} {Of(f.Type)}"))})",
        ListType l => $"{Of(l.Element.Type)}[]",
        MapType m => $"MAP({Of(m.Key.Type)}, {Of(m.Value.Type)})",
        VariantType => Variant,
        _ => type.Id switch
        {
            TypeId.Unknown => "INTEGER",
            TypeId.Boolean => "BOOLEAN",
            TypeId.Int => "INTEGER",
            TypeId.Long => "BIGINT",
            TypeId.Float => "FLOAT",
            TypeId.Double => "DOUBLE",
            TypeId.Date => "DATE",
            TypeId.Time => "TIME",
            TypeId.Timestamp => "TIMESTAMP",
            TypeId.TimestampTz => "TIMESTAMP WITH TIME ZONE",
            TypeId.TimestampNs or TypeId.TimestampTzNs => "TIMESTAMP_NS",
            TypeId.String => "VARCHAR",
            TypeId.Uuid => "UUID",
            TypeId.Fixed or TypeId.Binary or TypeId.Geometry or TypeId.Geography => "BLOB",
            _ => throw IcebergException.Unsupported($"The embedded engine has no type for {type}."),
        },
    };
}
