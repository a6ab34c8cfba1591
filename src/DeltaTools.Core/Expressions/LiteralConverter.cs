using System.Numerics;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Converts literals to the physical form of a column's type.</summary>
/// <remarks>
/// Nothing is lost on the way: a literal that the type cannot hold is placed between, below or above the values it can. Text is read as
/// the column's type. Only numbers written with a point or exponent are rounded when they meet a float or double column, as everybody
/// who writes <c>x = 0.1</c> expects. A date is its midnight beside a timestamp; a time without zone is UTC beside a timestamptz.
/// </remarks>
internal static class LiteralConverter
{
    /// <returns>Null when a literal of this kind cannot be compared with the type.</returns>
    public static Placement? Convert(object literal, IcebergType type) => type.Id switch
    {
        TypeId.Boolean => literal is string text ? bool.TryParse(text, out bool flag) ? Placement.Exact(flag) : null
            : literal is bool ? Placement.Exact(literal) : null,
        TypeId.Int => Whole(literal, int.MinValue, int.MaxValue, n => (int)n),
        TypeId.Long => Whole(literal, long.MinValue, long.MaxValue, n => (long)n),
        TypeId.Float => FloatLiteral.ToFloat(literal),
        TypeId.Double => FloatLiteral.ToDouble(literal),
        TypeId.Decimal => Decimal(literal, (DecimalType)type),
        TypeId.Date => Instant(literal, CivilTime.NanosPerDay, int.MinValue, int.MaxValue, n => (int)n, zoned: false),
        TypeId.Time => Time(literal),
        TypeId.Timestamp => Instant(literal, 1000, long.MinValue, long.MaxValue, n => (long)n, zoned: false),
        TypeId.TimestampTz => Instant(literal, 1000, long.MinValue, long.MaxValue, n => (long)n, zoned: true),
        TypeId.TimestampNs => Instant(literal, 1, long.MinValue, long.MaxValue, n => (long)n, zoned: false),
        TypeId.TimestampTzNs => Instant(literal, 1, long.MinValue, long.MaxValue, n => (long)n, zoned: true),
        TypeId.String => literal is string ? Placement.Exact(literal) : null,
        TypeId.Uuid => literal is string text ? Guid.TryParse(text, out Guid uuid) ? Placement.Exact(uuid) : null
            : literal is Guid ? Placement.Exact(literal) : null,
        TypeId.Fixed or TypeId.Binary => literal is byte[]? Placement.Exact(literal) : null,
        _ => null,
    };

    /// <summary>How a literal for the type is written; null when the type has none.</summary>
    public static string? Example(IcebergType type) => type.Id switch
    {
        TypeId.Boolean => "TRUE or FALSE",
        TypeId.Int or TypeId.Long => "a number such as 5",
        TypeId.Float or TypeId.Double or TypeId.Decimal => "a number such as 1.5",
        TypeId.Date => "a date such as DATE '2024-01-31'",
        TypeId.Time => "a time such as TIME '12:34:56'",
        TypeId.Timestamp or TypeId.TimestampNs => "a time without offset such as TIMESTAMP '2024-01-31 12:34:56'",
        TypeId.TimestampTz or TypeId.TimestampTzNs => "a time such as TIMESTAMPTZ '2024-01-31 12:34:56+02:00'",
        TypeId.String => "text in single quotes such as 'abc'",
        TypeId.Uuid => "a uuid such as 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
        TypeId.Fixed or TypeId.Binary => "bytes such as X'0aff'",
        _ => null,
    };

    private static Placement? Whole(object literal, BigInteger min, BigInteger max, Func<BigInteger, object> value)
    {
        if (Number(literal) is not { } number) return null;
        (BigInteger floor, bool exact) = Floor(number, scale: 0);
        return Placement.Among(floor, exact, min, max, value);
    }

    private static Placement? Decimal(object literal, DecimalType type)
    {
        if (Number(literal) is not { } number) return null;
        (BigInteger floor, bool exact) = Floor(number, type.Scale);
        BigInteger max = BigInteger.Pow(10, type.Precision) - 1;
        return Placement.Among(floor, exact, -max, max, unscaled => new DecimalValue(unscaled, type.Scale));
    }

    private static Placement? Time(object literal)
    {
        TimeLiteral? time = literal is string text ? CivilTime.ParseTime(text) : literal as TimeLiteral;
        if (time is null) return null;
        return Placement.Among(time.Nanos / 1000, time.Nanos % 1000 == 0, 0, long.MaxValue, n => (long)n);
    }

    /// <param name="unit">Nanoseconds of the column's unit.</param>
    private static Placement? Instant(object literal, long unit, BigInteger min, BigInteger max, Func<BigInteger, object> value, bool zoned)
    {
        Int128? nanos = (literal is string text ? CivilTime.ParseTimestamp(text) : literal) switch
        {
            DateLiteral date => (Int128)date.Days * CivilTime.NanosPerDay,
            TimestampLiteral timestamp when zoned || !timestamp.WithZone => timestamp.Nanos,
            _ => null,
        };
        if (nanos is not { } instant) return null;
        Int128 floor = CivilTime.FloorDivide(instant, unit);
        return Placement.Among((BigInteger)floor, floor * unit == instant, min, max, value);
    }

    /// <summary>The literal as an exact number, or null when it is none.</summary>
    internal static DecimalValue? Number(object literal) => literal switch
    {
        long whole => new DecimalValue(whole, 0),
        DecimalValue number => number,
        string text => Literal.ParseNumber(text.AsSpan().Trim()) is { } number ? Number(number) : null,
        _ => null,
    };

    private static (BigInteger Unscaled, bool Exact) Floor(DecimalValue number, int scale)
    {
        if (number.Scale <= scale) return (number.Unscaled * BigInteger.Pow(10, scale - number.Scale), true);
        BigInteger quotient = BigInteger.DivRem(number.Unscaled, BigInteger.Pow(10, number.Scale - scale), out BigInteger rest);
        return (rest.Sign < 0 ? quotient - 1 : quotient, rest.IsZero);
    }
}
