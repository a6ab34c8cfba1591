using DuckDB.NET.Native;
using Native = DuckDB.NET.Native.NativeMethods.LogicalType;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Types whose values <see cref="Rows.RowReader"/> cannot read, and what to cast them to.</summary>
internal static class ReadableType
{
    /// <summary>The type of the engine to cast to, or null when values are read as they are.</summary>
    public static string? Of(DuckDBLogicalType type)
    {
        switch (Native.DuckDBGetTypeId(type))
        {
            case DuckDBType.List:
                using (DuckDBLogicalType child = Native.DuckDBListTypeChildType(type)) return Of(child) is { } element ? $"{element}[]" : null;
            case DuckDBType.Array:
                using (DuckDBLogicalType child = Native.DuckDBArrayTypeChildType(type)) return Of(child) is { } element ? $"{element}[]" : null;
            case DuckDBType.Map:
                using (DuckDBLogicalType key = Native.DuckDBMapTypeKeyType(type))
                using (DuckDBLogicalType value = Native.DuckDBMapTypeValueType(type))
                    return Of(key) is null && Of(value) is null ? null : $"MAP({Of(key) ?? Name(key)}, {Of(value) ?? Name(value)})";
            case DuckDBType.Struct:
                return Struct(type, always: false);
            default:
                return Scalar(type) is null ? "VARCHAR" : null;
        }
    }

    private static string Name(DuckDBLogicalType type)
    {
        switch (Native.DuckDBGetTypeId(type))
        {
            case DuckDBType.List:
                using (DuckDBLogicalType child = Native.DuckDBListTypeChildType(type)) return $"{Name(child)}[]";
            case DuckDBType.Array:
                using (DuckDBLogicalType child = Native.DuckDBArrayTypeChildType(type)) return $"{Name(child)}[]";
            case DuckDBType.Map:
                using (DuckDBLogicalType key = Native.DuckDBMapTypeKeyType(type))
                using (DuckDBLogicalType value = Native.DuckDBMapTypeValueType(type))
                    return $"MAP({Name(key)}, {Name(value)})";
            case DuckDBType.Struct:
                return Struct(type, always: true)!;
            default:
                return Scalar(type) ?? "VARCHAR";
        }
    }

    private static string? Struct(DuckDBLogicalType type, bool always)
    {
        int count = (int)Native.DuckDBStructTypeChildCount(type);
        string[] fields = new string[count];
        for (int i = 0; i < count; i++)
        {
            using DuckDBLogicalType child = Native.DuckDBStructTypeChildType(type, i);
            string? cast = Of(child);
            always |= cast is not null;
            fields[i] = $"{Sql.Name(Native.DuckDBStructTypeChildName(type, i))} {cast ?? Name(child)}";
        }
        // Nothing can be cast to a struct without names.
        return always && count > 0 && Native.DuckDBStructTypeChildName(type, 0).Length == 0 ? "VARCHAR"
            : always ? $"STRUCT({string.Join(", ", fields)})" : null;
    }

    /// <summary>The name of a type that is read as it is, or null.</summary>
    private static string? Scalar(DuckDBLogicalType type) => Native.DuckDBGetTypeId(type) switch
    {
        DuckDBType.SqlNull => "\"NULL\"",
        DuckDBType.Boolean => "BOOLEAN",
        DuckDBType.TinyInt => "TINYINT",
        DuckDBType.SmallInt => "SMALLINT",
        DuckDBType.Integer => "INTEGER",
        DuckDBType.BigInt => "BIGINT",
        DuckDBType.HugeInt => "HUGEINT",
        DuckDBType.UnsignedTinyInt => "UTINYINT",
        DuckDBType.UnsignedSmallInt => "USMALLINT",
        DuckDBType.UnsignedInteger => "UINTEGER",
        DuckDBType.UnsignedBigInt => "UBIGINT",
        DuckDBType.UnsignedHugeInt => "UHUGEINT",
        DuckDBType.Float => "FLOAT",
        DuckDBType.Double => "DOUBLE",
        DuckDBType.Decimal => FormattableString.Invariant($"DECIMAL({Native.DuckDBDecimalWidth(type)},{Native.DuckDBDecimalScale(type)})"),
        DuckDBType.Varchar => "VARCHAR",
        DuckDBType.Blob => "BLOB",
        DuckDBType.Uuid => "UUID",
        DuckDBType.Date => "DATE",
        DuckDBType.Time => "TIME",
        DuckDBType.Timestamp => "TIMESTAMP",
        DuckDBType.TimestampS => "TIMESTAMP_S",
        DuckDBType.TimestampMs => "TIMESTAMP_MS",
        DuckDBType.TimestampNs => "TIMESTAMP_NS",
        DuckDBType.TimestampTz => "TIMESTAMPTZ",
        DuckDBType.Interval => "INTERVAL",
        _ => null,
    };
}
