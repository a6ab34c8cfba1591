using System.Globalization;
using System.Numerics;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>
/// Constants of predicates before they are bound: <c>bool</c>, <c>long</c>, <see cref="DecimalValue"/> (every other number, exact),
/// <c>string</c>, <see cref="Guid"/>, <c>byte[]</c>, <see cref="DateLiteral"/>, <see cref="TimeLiteral"/>, <see cref="TimestampLiteral"/>.
/// </summary>
public static class Literal
{
    /// <summary>The literal for a .NET value; enumerations and other types are not taken.</summary>
    /// <remarks>NaN has no literal. Infinities become their text. A <see cref="DateTime"/> of kind Local or Utc is an instant, else a wall-clock time.</remarks>
    public static object? TryFrom(object value) => value switch
    {
        bool or long or DecimalValue or string or Guid or byte[] or DateLiteral or TimeLiteral or TimestampLiteral => value,
        char c => c.ToString(),
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => FromInteger(number),
        BigInteger number => FromInteger(number),
        decimal number => ParseNumber(number.ToString(CultureInfo.InvariantCulture)),
        float number => FromDouble(number),
        double number => FromDouble(number),
        DateOnly date => new DateLiteral(date.DayNumber - CivilTime.UnixEpoch.DayNumber),
        TimeOnly time => new TimeLiteral(time.Ticks * 100),
        TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => new TimeLiteral(time.Ticks * 100),
        DateTime { Kind: DateTimeKind.Unspecified } time => new TimestampLiteral(Nanos(time.Ticks), WithZone: false),
        DateTime time => new TimestampLiteral(Nanos(time.ToUniversalTime().Ticks), WithZone: true),
        DateTimeOffset time => new TimestampLiteral(Nanos(time.UtcTicks), WithZone: true),
        _ => null,
    };

    /// <summary>Reads <c>12</c>, <c>-1.50</c>, <c>.5</c>, <c>2e-3</c> exactly: a <c>long</c> when written whole and in its range, else a <see cref="DecimalValue"/>.</summary>
    /// <returns>Null when the text is no number, or longer than 1,000 digits or exponents beyond 9999.</returns>
    public static object? ParseNumber(ReadOnlySpan<char> text)
    {
        const int MaxLength = 1000;
        if (text.Length is 0 or > MaxLength) return null;
        int exponent = 0;
        int e = text.IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = e < 0 ? text : text[..e];
        if (e >= 0 && (!int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            || Math.Abs(exponent) > 9999)) return null;
        int point = mantissa.IndexOf('.');
        string digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[^1])
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled)) return null;
        if (point < 0 && e < 0) return FromInteger(unscaled);
        return new DecimalValue(unscaled, (point < 0 ? 0 : mantissa.Length - point - 1) - exponent);
    }

    private static object FromInteger(BigInteger number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : new DecimalValue(number, 0);

    private static object? FromDouble(double number) => number switch
    {
        double.NaN => null,
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        // The shortest text that reads back as the same number; whole numbers that have no exponent in it are exact.
        _ => ParseNumber(number.ToString("R", CultureInfo.InvariantCulture)),
    };

    private static Int128 Nanos(long ticks) => ((Int128)ticks - DateTime.UnixEpoch.Ticks) * 100;
}
