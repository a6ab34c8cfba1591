using System.Globalization;
using System.Numerics;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Values as <see cref="ValueForm.User"/> objects, or as ISO text when the CLR type cannot hold them.</summary>
public static class ClrValues
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond, MicrosPerDay = 86_400_000_000;
    private const int MaxClrScale = 28;
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
    private static readonly Int128 MaxClrDecimal = (Int128)((UInt128.One << 96) - 1);

    /// <param name="value">In the physical form of <see cref="IcebergType"/>; null stays null.</param>
    public static object? Of(IcebergType type, object? value) => (type.Id, value) switch
    {
        (TypeId.Decimal, DecimalValue { Scale: var scale } v) when v.Unscaled >= (BigInteger)Int128.MinValue && v.Unscaled <= (BigInteger)Int128.MaxValue =>
            Decimal((Int128)v.Unscaled, scale),
        (TypeId.Decimal, DecimalValue v) => v.ToString(),
        (TypeId.Date, int v) => Date(v),
        (TypeId.Time, long v) => Time(v),
        (TypeId.Timestamp or TypeId.TimestampTz, long v) => Timestamp(v, 1_000_000, type.Id == TypeId.TimestampTz),
        (TypeId.TimestampNs or TypeId.TimestampTzNs, long v) => Timestamp(v, 1_000_000_000, type.Id == TypeId.TimestampTzNs),
        _ => value,
    };

    public static object Decimal(Int128 unscaled, int scale)
    {
        if (scale > MaxClrScale || unscaled > MaxClrDecimal || unscaled < -MaxClrDecimal) return new DecimalValue((BigInteger)unscaled, scale).ToString();
        Int128 magnitude = Int128.Abs(unscaled);
        return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), unscaled < 0, (byte)scale);
    }

    /// <param name="days">Days from 1970-01-01.</param>
    public static object Date(int days)
    {
        long number = (long)days + Epoch;
        if (number >= DateOnly.MinValue.DayNumber && number <= DateOnly.MaxValue.DayNumber) return DateOnly.FromDayNumber((int)number);
        return DateText(days);
    }

    /// <param name="micros">Microseconds from midnight.</param>
    public static object Time(long micros) => micros is >= 0 and < MicrosPerDay ? new TimeOnly(micros * 10) : ClockText(micros * 1000, 6);

    public static object Timestamp(long value, long unitsPerSecond, bool utc)
    {
        long seconds = Math.DivRem(value, unitsPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += unitsPerSecond;
        }
        bool exact = unitsPerSecond <= TicksPerSecond || rest % (unitsPerSecond / TicksPerSecond) == 0;
        long low = -DateTime.UnixEpoch.Ticks / TicksPerSecond, high = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TicksPerSecond;
        if (!exact || seconds < low || seconds > high) return TimestampText(seconds, rest * (1_000_000_000 / unitsPerSecond), unitsPerSecond, utc);
        long ticks = DateTime.UnixEpoch.Ticks + seconds * TicksPerSecond
            + (unitsPerSecond <= TicksPerSecond ? rest * (TicksPerSecond / unitsPerSecond) : rest / (unitsPerSecond / TicksPerSecond));
        // Without the cast a DateTime would become a DateTimeOffset.
        return utc ? (object)new DateTimeOffset(ticks, TimeSpan.Zero) : new DateTime(ticks, DateTimeKind.Unspecified);
    }

    private static string TimestampText(long seconds, long nanos, long unitsPerSecond, bool utc)
    {
        const long SecondsPerDay = 86_400;
        long days = Math.DivRem(seconds, SecondsPerDay, out long rest);
        if (rest < 0)
        {
            days--;
            rest += SecondsPerDay;
        }
        return $"{DateText(days)}T{ClockText(rest * 1_000_000_000 + nanos, unitsPerSecond > 1_000_000 ? 9 : 6)}{(utc ? "+00:00" : "")}";
    }

    private static string ClockText(long nanos, int digits)
    {
        long seconds = nanos / 1_000_000_000;
        string fraction = (nanos % 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture)[..digits];
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}.{fraction}");
    }

    /// <summary>ISO 8601 with the proleptic Gregorian calendar and as many year digits as are needed.</summary>
    private static string DateText(long days)
    {
        // 400 years always have 146,097 days: shift into the years that DateOnly knows, then back.
        const int Cycle = 146_097, CycleYears = 400;
        long number = days + Epoch;
        long cycles = number >= 0 ? number / Cycle : (number - Cycle + 1) / Cycle;
        DateOnly inside = DateOnly.FromDayNumber((int)(number - cycles * Cycle));
        long year = inside.Year + cycles * CycleYears;
        string yearText = Math.Abs(year).ToString("D4", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{(year < 0 ? "-" : year > 9999 ? "+" : "")}{yearText}-{inside.Month:D2}-{inside.Day:D2}");
    }
}
