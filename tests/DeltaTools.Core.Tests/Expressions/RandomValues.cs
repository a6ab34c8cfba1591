using System.Globalization;
using System.Numerics;
using CsCheck;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tests.Expressions;

/// <summary>Values and literals that meet often and sit on every edge that filters care about.</summary>
internal static class RandomValues
{
    public static readonly IcebergType[] Types =
    [
        IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Decimal(5, 2),
        IcebergType.Decimal(20, 0), IcebergType.Decimal(38, 10), IcebergType.Date, IcebergType.Time, IcebergType.Timestamp, IcebergType.TimestampTz,
        IcebergType.TimestampNs, IcebergType.TimestampTzNs, IcebergType.String, IcebergType.Uuid, IcebergType.Fixed(2), IcebergType.Binary,
    ];

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>A value of the type in physical form.</summary>
    public static Gen<object> Value(IcebergType type) => type.Id switch
    {
        TypeId.Boolean => Gen.Bool.Select(b => (object)b),
        TypeId.Int => Gen.OneOf(Gen.Int[-25, 25], OneOf(int.MinValue, int.MinValue + 1, int.MaxValue - 1, int.MaxValue)).Select(i => (object)i),
        TypeId.Long => Gen.OneOf(Gen.Long[-25, 25], OneOf(long.MinValue, long.MinValue + 1, int.MaxValue + 1L, 9007199254740993, long.MaxValue)).Select(i => (object)i),
        TypeId.Float => OneOf<object>(float.NaN, float.NegativeInfinity, float.MinValue, -1.5f, -0f, 0f, float.Epsilon, 0.1f, 1f, 2f, 16777216f, float.MaxValue, float.PositiveInfinity),
        TypeId.Double => OneOf<object>(double.NaN, double.NegativeInfinity, double.MinValue, -1.5, -0d, 0d, double.Epsilon, 0.1, 1d, 2d, 9007199254740992d, double.MaxValue, double.PositiveInfinity),
        TypeId.Decimal => Decimal((DecimalType)type),
        TypeId.Date => Gen.OneOf(Gen.Int[-800, 800], Gen.Int[-31, 31], OneOf(-2147483646, -719163, 2932896, 2147483646)).Select(d => (object)d),
        TypeId.Time => OneOf<object>(0L, 1L, 43_200_000_000L, 43_200_000_001L, 86_399_999_999L),
        TypeId.Timestamp or TypeId.TimestampTz => Gen.OneOf(Instant(1_000_000), OneOf(-9223372022400000000, 9223372036854775806)).Select(t => (object)t),
        TypeId.TimestampNs or TypeId.TimestampTzNs => Gen.OneOf(Instant(1_000_000_000), OneOf(-9223286400000000000, 9223372036854775806)).Select(t => (object)t),
        TypeId.String => Gen.OneOf(Text, Text, OneOf("\uffff", "\U0001F600", "é", "a\0b")).Select(s => (object)s),
        TypeId.Uuid => OneOf("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001", "7fffffff-ffff-ffff-ffff-ffffffffffff",
            "80000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff").Select(u => (object)Guid.Parse(u)),
        TypeId.Fixed => Bytes(((FixedType)type).Length, ((FixedType)type).Length),
        TypeId.Binary => Bytes(0, 3),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Something a column of the type can be compared with: a value of it, one beside, or one out of its range.</summary>
    public static Gen<object> Literal(IcebergType type) => type.Id switch
    {
        TypeId.Int or TypeId.Long or TypeId.Decimal => Gen.OneOf(
            Value(type).Select(v => Canonical(v is DecimalValue d ? d : new DecimalValue(Convert.ToInt64(v, CultureInfo.InvariantCulture), 0))),
            Gen.Int[-50, 50].Select(i => Canonical(new DecimalValue(i * 5, 1))),
            Gen.Int[-50, 50].Select(i => (object)i.ToString(CultureInfo.InvariantCulture)),
            Number("3000000000", "-3000000000", "9223372036854775808", "1e40", "-1e40", "999.995", "-999.995", "0.00000000001")),
        TypeId.Float or TypeId.Double => Gen.OneOf(
            Number("0.1", "0", "-0.0", "1", "2", "-1.5", "16777216", "16777217", "9007199254740992", "9007199254740993", "1e39", "-1e39", "1e400", "-1e400", "1e-400", "-1e-400"),
            OneOf<object>("Infinity", "-Infinity", "1.5")),
        TypeId.Date or TypeId.Timestamp or TypeId.TimestampNs => Gen.OneOf(Gen.Int[-800, 800].Select(d => (object)new DateLiteral(d)), Moment(type).Select(n => (object)new TimestampLiteral(n, false)),
            Moment(type).Select(n => (object)new TimestampLiteral(n, false).ToString())),
        TypeId.TimestampTz or TypeId.TimestampTzNs => Gen.Select(Moment(type), Gen.Bool).Select((n, zone) => (object)new TimestampLiteral(n, zone)),
        TypeId.Time => OneOf<object>(new TimeLiteral(0), new TimeLiteral(999), new TimeLiteral(1000), new TimeLiteral(43_200_000_000_500), "12:00:00", new TimeLiteral(CivilTime.NanosPerDay - 1)),
        TypeId.Boolean => OneOf<object>(true, false, "true"),
        TypeId.Uuid => Value(type).Select(v => v),
        _ => Value(type),
    };

    public static object Canonical(DecimalValue number) =>
        number.Scale == 0 && number.Unscaled >= long.MinValue && number.Unscaled <= long.MaxValue ? (long)number.Unscaled : number;

    private static readonly Gen<string> Text = Gen.Char["abB%_\\"].Array[0, 4].Select(c => new string(c));

    private static Gen<object> Number(params string[] texts) => OneOf([.. texts.Select(t => Core.Expressions.Literal.ParseNumber(t)!)]);

    private static Gen<object> Decimal(DecimalType type)
    {
        BigInteger max = BigInteger.Pow(10, type.Precision) - 1;
        return Gen.OneOf(Gen.Int[-250, 250].Select(i => new BigInteger(i)), OneOf(-max, -max + 1, max - 1, max)).Select(u => (object)new DecimalValue(u, type.Scale));
    }

    private static Gen<long> Instant(long perSecond) => Gen.OneOf(
        Gen.Int[-800, 800].Select(d => d * 86_400L * perSecond),
        Gen.Int[-50, 50].Select(h => h * 3600L * perSecond - 1),
        Gen.Long[-2, 2]);

    private static Gen<Int128> Moment(IcebergType type) => Gen.OneOf(
        Instant(IsoText.NanosPerSecond).Select(n => (Int128)n),
        type.Id == TypeId.Date ? Gen.Int[-800, 800].Select(d => (Int128)d * CivilTime.NanosPerDay + 1)
            : Value(type).Select(v => (Int128)(long)v * (type.Id is TypeId.Timestamp or TypeId.TimestampTz ? 1000 : 1)),
        OneOf((Int128)8_000_000 * 365 * CivilTime.NanosPerDay / 8, -(Int128)1_000_000 * 365 * CivilTime.NanosPerDay / 8));

    private static Gen<object> Bytes(int min, int max) => OneOf<byte>(0, 1, 0x7f, 0x80, 0xfe, 0xff).Array[min, max].Select(b => (object)b);
}
