using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Expressions;

/// <summary>Dates and times of literals, to the nanosecond over the whole range of every type.</summary>
internal static class CivilTime
{
    public const long NanosPerDay = 86_400 * IsoText.NanosPerSecond;

    public static readonly DateOnly UnixEpoch = new(1970, 1, 1);

    /// <summary><c>12:34:56.5</c>, with as many digits of the second as are needed.</summary>
    /// <param name="nanos">Nanoseconds from midnight.</param>
    public static string TimeText(long nanos) => IsoText.TimestampNanos(nanos, utc: false)["1970-01-01T".Length..];

    public static string TimestampText(Int128 nanos)
    {
        Int128 days = FloorDivide(nanos, NanosPerDay);
        return $"{IsoText.Date((int)days)} {TimeText((long)(nanos - days * NanosPerDay))}";
    }

    public static DateLiteral? ParseDate(string text) => IsoText.TryDate(text, out int days) ? new DateLiteral(days) : null;

    public static TimeLiteral? ParseTime(string text) => IsoText.TryTime(text, out long nanos) ? new TimeLiteral(nanos) : null;

    /// <summary>Reads <c>2024-01-31 12:34:56.789</c>, or the date alone, with or without <c>Z</c>, <c>UTC</c> or an offset after it.</summary>
    public static TimestampLiteral? ParseTimestamp(string text)
    {
        if (IsoText.TryDate(text, out int days)) return new TimestampLiteral((Int128)days * NanosPerDay, WithZone: false);
        string iso = text.EndsWith("UTC", StringComparison.Ordinal) ? text[..^3].TrimEnd() + "Z"
            : text.Replace(" +", "+", StringComparison.Ordinal).Replace(" -", "-", StringComparison.Ordinal);
        if (!IsoText.TryTimestamp(iso, out IsoTimestamp timestamp)) return null;
        return new TimestampLiteral((Int128)timestamp.Seconds * IsoText.NanosPerSecond + timestamp.NanosOfSecond, timestamp.OffsetSeconds is not null);
    }

    public static Int128 FloorDivide(Int128 value, Int128 divisor)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem(value, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }
}
