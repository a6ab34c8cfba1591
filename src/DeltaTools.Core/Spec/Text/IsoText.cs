using System.Globalization;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Dates, times and timestamps in physical form as ISO 8601 text and back, for every value of the types.</summary>
public static class IsoText
{
    public const long NanosPerSecond = 1_000_000_000;

    private const int SecondsPerDay = 86_400;

    /// <param name="days">Days from 1970-01-01.</param>
    /// <returns><c>2017-11-16</c>; years beyond 9999 carry a sign.</returns>
    public static string Date(int days) => Date((long)days);

    /// <param name="micros">Microseconds from midnight.</param>
    /// <returns><c>22:31:08.123456</c>, with as many digits of the second as are needed.</returns>
    public static string Time(long micros) =>
        TimeOfDay(Math.DivRem(micros, 1_000_000, out long rest), rest * 1000);

    /// <param name="micros">Microseconds from 1970-01-01.</param>
    /// <param name="utc">Whether to add <c>+00:00</c>.</param>
    /// <returns><c>2017-11-16T22:31:08.123456</c>.</returns>
    public static string Timestamp(long micros, bool utc) => Timestamp(micros, 1_000_000, utc);

    /// <param name="nanos">Nanoseconds from 1970-01-01.</param>
    /// <inheritdoc cref="Timestamp(long, bool)"/>
    public static string TimestampNanos(long nanos, bool utc) => Timestamp(nanos, NanosPerSecond, utc);

    public static bool TryDate(ReadOnlySpan<char> text, out int days)
    {
        days = 0;
        if (!TryCivil(text, out CivilDate date)) return false;
        long found = date.ToDays();
        days = (int)found;
        return days == found;
    }

    /// <summary>Reads <c>22:31</c>, <c>22:31:08</c> and <c>22:31:08.123456789</c>.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long nanosOfDay)
    {
        nanosOfDay = 0;
        if (text.Length < 5 || text[2] != ':' || !Digits(text[..2], out int hour) || !Digits(text[3..5], out int minute)) return false;
        int second = 0, nanos = 0;
        if (text.Length > 5)
        {
            if (text.Length < 8 || text[5] != ':' || !Digits(text[6..8], out second)) return false;
            if (text.Length > 8)
            {
                ReadOnlySpan<char> fraction = text[9..];
                if (text[8] != '.' || fraction.Length is 0 or > 9 || !Digits(fraction, out nanos)) return false;
                for (int i = fraction.Length; i < 9; i++) nanos *= 10;
            }
        }
        nanosOfDay = (hour * 3600L + minute * 60 + second) * NanosPerSecond + nanos;
        return hour < 24 && minute < 60 && second < 60;
    }

    /// <summary>Reads <c>2017-11-16T22:31:08.123456</c>, also with a blank for the T, with or without an offset (<c>Z</c>, <c>+01:00</c>).</summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out IsoTimestamp timestamp)
    {
        timestamp = default;
        int t = text.IndexOfAny("Tt ");
        if (t < 0 || !TryCivil(text[..t], out CivilDate date)) return false;
        ReadOnlySpan<char> time = text[(t + 1)..];
        int? offset = null;
        int sign = time.IndexOfAny("Zz+-");
        if (sign >= 0)
        {
            if (!TryOffset(time[sign..], out int seconds)) return false;
            offset = seconds;
            time = time[..sign];
        }
        if (!TryTime(time, out long nanos)) return false;
        timestamp = new(date.ToDays() * SecondsPerDay + nanos / NanosPerSecond - (offset ?? 0), (int)(nanos % NanosPerSecond), offset);
        return true;
    }

    private static bool TryCivil(ReadOnlySpan<char> text, out CivilDate date)
    {
        date = default;
        bool negative = text.StartsWith("-");
        if (negative || text.StartsWith("+")) text = text[1..];
        if (text.Length is < 10 or > 16 || text[^3] != '-' || text[^6] != '-') return false;
        if (!Digits(text[..^6], out int year) || !Digits(text[^5..^3], out int month) || !Digits(text[^2..], out int day)) return false;
        date = new(negative ? -year : year, month, day);
        return date.Exists;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        if (text[0] is 'Z' or 'z') return text.Length == 1;
        int minute = 0, second = 0;
        if (text.Length is not (3 or 6 or 9) || !Digits(text[1..3], out int hour)) return false;
        if (text.Length >= 6 && (text[3] != ':' || !Digits(text[4..6], out minute))) return false;
        if (text.Length == 9 && (text[6] != ':' || !Digits(text[7..9], out second))) return false;
        seconds = (hour * 3600 + minute * 60 + second) * (text[0] == '-' ? -1 : 1);
        return hour <= 18 && minute < 60 && second < 60;
    }

    private static bool Digits(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string Timestamp(long units, long unitsPerSecond, bool utc)
    {
        (long seconds, long rest) = FloorDivRem(units, unitsPerSecond);
        (long days, long secondOfDay) = FloorDivRem(seconds, SecondsPerDay);
        return $"{Date(days)}T{TimeOfDay(secondOfDay, rest * (NanosPerSecond / unitsPerSecond))}{(utc ? "+00:00" : "")}";
    }

    private static string Date(long days)
    {
        CivilDate date = CivilDate.FromDays(days);
        string sign = date.Year < 0 ? "-" : date.Year > 9999 ? "+" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(date.Year):0000}-{date.Month:00}-{date.Day:00}");
    }

    private static string TimeOfDay(long seconds, long nanos)
    {
        string time = string.Create(
            CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return nanos == 0 ? time : time + "." + nanos.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    private static (long Quotient, long Remainder) FloorDivRem(long a, long b)
    {
        long quotient = Math.DivRem(a, b, out long rest);
        return rest < 0 ? (quotient - 1, rest + b) : (quotient, rest);
    }
}
