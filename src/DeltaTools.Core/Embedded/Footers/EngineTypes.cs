using System.Globalization;

namespace DeltaTools.Core.Embedded.Footers;

/// <summary>The type that the engine gives to a primitive Parquet column.</summary>
internal static class EngineTypes
{
    public static string Of(SchemaElement element) => element.Logical switch
    {
        LogicalKind.Uuid when element.Primitive == ParquetPrimitive.FixedLenByteArray => "UUID",
        LogicalKind.Float16 => "FLOAT",
        // UTC with nanoseconds is read from a copy that is not marked as UTC, see UtcFlags.
        LogicalKind.Timestamp => element.IsNanos ? "TIMESTAMP_NS" : element.IsUtc ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP",
        LogicalKind.Time => element.IsUtc ? "TIME WITH TIME ZONE" : element.IsNanos ? "TIME_NS" : "TIME",
        LogicalKind.Geometry or LogicalKind.Geography => "GEOMETRY",
        LogicalKind.Integer => Integer(element.BitWidth, element.IsSigned),
        LogicalKind.Decimal => Decimal(element),
        LogicalKind.String or LogicalKind.Enum or LogicalKind.Json => "VARCHAR",
        LogicalKind.Date => "DATE",
        LogicalKind.Unknown => "NULL",
        _ => element.Converted is { } converted ? Converted(element, converted) : Plain(element.Primitive),
    };

    private static string Converted(SchemaElement element, ConvertedType converted) => converted switch
    {
        ConvertedType.Utf8 or ConvertedType.Enum or ConvertedType.Json => "VARCHAR",
        ConvertedType.Decimal => Decimal(element),
        ConvertedType.Date => "DATE",
        ConvertedType.TimeMillis or ConvertedType.TimeMicros => "TIME",
        ConvertedType.TimestampMillis or ConvertedType.TimestampMicros => "TIMESTAMP",
        ConvertedType.UInt8 => Integer(8, signed: false),
        ConvertedType.UInt16 => Integer(16, signed: false),
        ConvertedType.UInt32 => Integer(32, signed: false),
        ConvertedType.UInt64 => Integer(64, signed: false),
        ConvertedType.Int8 => Integer(8, signed: true),
        ConvertedType.Int16 => Integer(16, signed: true),
        ConvertedType.Int32 => Integer(32, signed: true),
        ConvertedType.Int64 => Integer(64, signed: true),
        ConvertedType.Interval => "INTERVAL",
        _ => Plain(element.Primitive),
    };

    private static string Integer(int width, bool signed) => (signed ? "" : "U") + width switch
    {
        8 => "TINYINT",
        16 => "SMALLINT",
        32 => "INTEGER",
        _ => "BIGINT",
    };

    private static string Decimal(SchemaElement element) =>
        string.Create(CultureInfo.InvariantCulture, $"DECIMAL({element.Precision},{element.Scale})");

    private static string Plain(ParquetPrimitive? primitive) => primitive switch
    {
        ParquetPrimitive.Boolean => "BOOLEAN",
        ParquetPrimitive.Int32 => "INTEGER",
        ParquetPrimitive.Int64 => "BIGINT",
        ParquetPrimitive.Int96 => "TIMESTAMP",
        ParquetPrimitive.Float => "FLOAT",
        ParquetPrimitive.Double => "DOUBLE",
        ParquetPrimitive.ByteArray or ParquetPrimitive.FixedLenByteArray => "BLOB",
        _ => throw new InvalidDataException($"a column of its schema has the unknown type {primitive}"),
    };
}
