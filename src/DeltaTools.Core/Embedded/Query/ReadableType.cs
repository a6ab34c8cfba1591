using DuckDB.NET.Native;
using Native = DuckDB.NET.Native.NativeMethods.LogicalType;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Types whose values <see cref="Rows.RowReader"/> cannot read, and what to cast them to.</summary>
internal static class ReadableType
{
    /// <summary>The type of the engine to cast to, or null when values are read as they are.</summary>
    public static string? Of(DuckDBLogicalType type) => Readable(type) is (var name, true) ? name : null;

    /// <summary>The name of the type, with text for what cannot be read, and whether there is such.</summary>
    private static (string Name, bool IsOther) Readable(DuckDBLogicalType type)
    {
        switch (Native.DuckDBGetTypeId(type))
        {
            case DuckDBType.List:
                using (DuckDBLogicalType child = Native.DuckDBListTypeChildType(type)) return Elements(child);
            case DuckDBType.Array:
                using (DuckDBLogicalType child = Native.DuckDBArrayTypeChildType(type)) return Elements(child);
            case DuckDBType.Map:
                using (DuckDBLogicalType key = Native.DuckDBMapTypeKeyType(type))
                using (DuckDBLogicalType value = Native.DuckDBMapTypeValueType(type))
                {
                    (string keys, bool isOtherKey) = Readable(key);
                    (string values, bool isOtherValue) = Readable(value);
                    return ($"MAP({keys}, {values})", isOtherKey || isOtherValue);
                }
            case DuckDBType.Struct:
                return Struct(type);
            default:
                return Scalar(type) is { } scalar ? (scalar, false) : ("VARCHAR", true);
        }
    }

    private static (string Name, bool IsOther) Elements(DuckDBLogicalType child)
    {
        (string name, bool isOther) = Readable(child);
        return ($"{name}[]", isOther);
    }

    private static (string Name, bool IsOther) Struct(DuckDBLogicalType type)
    {
        int count = (int)Native.DuckDBStructTypeChildCount(type);
        string[] fields = new string[count];
        bool isOther = false;
        for (int i = 0; i < count; i++)
        {
            using DuckDBLogicalType child = Native.DuckDBStructTypeChildType(type, i);
            (string name, bool isOtherChild) = Readable(child);
            isOther |= isOtherChild;
            fields[i] = $"{Sql.Name(Native.DuckDBStructTypeChildName(type, i))} {name}";
        }
        // Nothing can be cast to a struct without names.
        bool isUnnamed = count > 0 && Native.DuckDBStructTypeChildName(type, 0).Length == 0;
        return (isUnnamed ? "VARCHAR" : $"STRUCT({string.Join(", ", fields)})", isOther);
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
