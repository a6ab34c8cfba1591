using System.Numerics;
using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>Values of every type, in physical form.</summary>
internal static class TypeRows
{
    private static readonly byte[] Point = Convert.FromHexString("0101000000000000000000F03F0000000000000040");

    /// <summary>About the least values.</summary>
    public static object? Low(IcebergType type) => Nested(type, Low) ?? type switch
    {
        DecimalType d => new DecimalValue(1 - BigInteger.Pow(10, d.Precision), d.Scale),
        FixedType f => new byte[f.Length],
        _ => type.Id switch
        {
            TypeId.Boolean => false,
            TypeId.Int => int.MinValue,
            TypeId.Long => long.MinValue,
            TypeId.Float => float.NegativeInfinity,
            TypeId.Double => double.NegativeInfinity,
            TypeId.Date => -719_162,
            TypeId.Time => 0L,
            TypeId.Timestamp or TypeId.TimestampTz => -62_135_596_800_000_000L,
            TypeId.TimestampNs or TypeId.TimestampTzNs => -9_000_000_000_000_000_001L,
            TypeId.String => "",
            TypeId.Uuid => Guid.Empty,
            TypeId.Geometry => Point,
            _ => Array.Empty<byte>(),
        },
    };

    /// <summary>About the greatest values; long texts, so that bounds are cut.</summary>
    public static object? High(IcebergType type) => Nested(type, High) ?? type switch
    {
        DecimalType d => new DecimalValue(BigInteger.Pow(10, d.Precision) - 1, d.Scale),
        FixedType f => Enumerable.Repeat((byte)0xff, f.Length).ToArray(),
        _ => type.Id switch
        {
            TypeId.Boolean => true,
            TypeId.Int => int.MaxValue,
            TypeId.Long => long.MaxValue,
            TypeId.Float => float.MaxValue,
            TypeId.Double => double.MaxValue,
            TypeId.Date => 2_932_896,
            TypeId.Time => 86_399_999_999L,
            TypeId.Timestamp or TypeId.TimestampTz => 253_402_300_799_999_999L,
            TypeId.TimestampNs or TypeId.TimestampTzNs => 9_000_000_000_000_000_001L,
            TypeId.String => string.Concat(Enumerable.Repeat("\U0001F600é", 20)),
            TypeId.Uuid => Guid.AllBitsSet,
            TypeId.Geometry => Point,
            _ => Enumerable.Repeat((byte)0xff, 40).ToArray(),
        },
    };

    public static object? Usual(IcebergType type) => Spread(type, 34);

    /// <summary>NaN, negative zero, text that looks like something else, empty collections.</summary>
    public static object? Odd(IcebergType type) => type switch
    {
        ListType => Array.Empty<object?>(),
        MapType => Array.Empty<KeyValuePair<object?, object?>>(),
        StructType s => s.Fields.Select(_ => (object?)null).ToArray(),
        { Id: TypeId.Float } => float.NaN,
        { Id: TypeId.Double } => -0.0,
        { Id: TypeId.String } => "__HIVE_DEFAULT_PARTITION__/a=b%'\"\u0001",
        _ => Spread(type, -1),
    };

    /// <summary>Values around zero: before and after the epoch, negative and positive.</summary>
    public static object? Spread(IcebergType type, int n) => Nested(type, t => Spread(t, n)) ?? type switch
    {
        DecimalType d => new DecimalValue(n * 27, d.Scale),
        FixedType f => Enumerable.Range(n & 0xff, f.Length).Select(i => (byte)i).ToArray(),
        _ => type.Id switch
        {
            TypeId.Boolean => n % 2 == 0,
            TypeId.Int => n * 7,
            TypeId.Long => n * 3_000_000_007L,
            TypeId.Float => n / 4f,
            TypeId.Double => n * 1.1,
            TypeId.Date => n * 29,
            TypeId.Time => ((n & 0xff) * 301_000_017L) % 86_400_000_000L,
            TypeId.Timestamp or TypeId.TimestampTz => n * 90_061_000_123L,
            TypeId.TimestampNs or TypeId.TimestampTzNs => n * 90_061_000_123_457L,
            TypeId.String => (n & 1) == 0 ? $"text {n}" : $"\U0001F680{n}é",
            TypeId.Uuid => new Guid(n & 0xff, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte)n),
            TypeId.Geometry => Point,
            _ => Encoding.UTF8.GetBytes($"bytes {n}"),
        },
    };

    private static object? Nested(IcebergType type, Func<IcebergType, object?> value) => type switch
    {
        StructType s => s.Fields.Select(f => value(f.Type)).ToArray(),
        ListType l => new[] { value(l.Element.Type), null, value(l.Element.Type) },
        MapType m => new[] { KeyValuePair.Create(value(m.Key.Type), value(m.Value.Type)) },
        _ => null,
    };
}
