using System.Globalization;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Expressions;

/// <summary>Text of dates and times in the proleptic Gregorian calendar, over the whole range that Iceberg's types can hold.</summary>
/// <remarks>Years beyond 9999 and before 0000 carry a sign, as in ISO 8601: <c>+12345-01-31</c>, <c>-0043-03-15</c>.</remarks>
internal static partial class CivilTime
{
    public const long NanosPerSecond = 1_000_000_000;
    public const long NanosPerDay = 86_400 * NanosPerSecond;

    public static readonly DateOnly UnixEpoch = new(1970, 1, 1);

    public static string DateText(long days)
    {
        (long year, int month, int day) = Civil(days);
        string sign = year < 0 ? "-" : year > 9999 ? "+" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(year):0000}-{month:00}-{day:00}");
    }

    /// <summary><c>12:34:56</c> with as many digits of the second as are needed, in groups of three.</summary>
    public static string TimeText(long nanos)
    {
        long seconds = nanos / NanosPerSecond;
        long rest = nanos % NanosPerSecond;
        string text = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return rest == 0 ? text
            : rest % 1_000_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}.{rest / 1_000_000:000}")
            : rest % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}.{rest / 1_000:000000}")
            : string.Create(CultureInfo.InvariantCulture, $"{text}.{rest:000000000}");
    }

    public static string TimestampText(Int128 nanos)
    {
        Int128 days = FloorDivide(nanos, NanosPerDay);
        return $"{DateText((long)days)} {TimeText((long)(nanos - days * NanosPerDay))}";
    }

    public static DateLiteral? ParseDate(string text) =>
        DatePattern.Match(text) is { Success: true } match && Days(match) is { } days ? new DateLiteral(days) : null;

    public static TimeLiteral? ParseTime(string text) =>
        TimePattern.Match(text) is { Success: true } match && NanosOfDay(match) is { } nanos ? new TimeLiteral(nanos) : null;

    /// <summary>Reads <c>2024-01-31 12:34:56.789</c> (or with <c>T</c>, or the date alone), with or without <c>Z</c> or an offset.</summary>
    public static TimestampLiteral? ParseTimestamp(string text)
    {
        if (TimestampPattern.Match(text) is not { Success: true } match || Days(match) is not { } days) return null;
        if ((match.Groups["hour"].Success ? NanosOfDay(match) : 0) is not { } time) return null;
        if (Offset(match) is not { } offset) return null;
        return new TimestampLiteral((Int128)days * NanosPerDay + time - offset, match.Groups["zone"].Success);
    }

    public static Int128 FloorDivide(Int128 value, Int128 divisor)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem(value, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }

    private static int? Days(Match match)
    {
        string year = match.Groups["year"].Value;
        if (year.Length > 8 || !long.TryParse(year, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long y)) return null;
        int month = Number(match, "month"), day = Number(match, "day");
        if (month is < 1 or > 12 || day < 1 || day > DaysInMonth(y, month)) return null;
        long days = DaysFromCivil(y, month, day);
        return days is >= int.MinValue and <= int.MaxValue ? (int)days : null;
    }

    private static long? NanosOfDay(Match match)
    {
        int hour = Number(match, "hour"), minute = Number(match, "minute"), second = Number(match, "second");
        if (hour > 23 || minute > 59 || second > 59) return null;
        long nanos = long.Parse(match.Groups["fraction"].Value.PadRight(9, '0'), CultureInfo.InvariantCulture);
        return (hour * 3600L + minute * 60 + second) * NanosPerSecond + nanos;
    }

    private static long? Offset(Match match)
    {
        if (!match.Groups["sign"].Success) return 0;
        int hour = Number(match, "zoneHour"), minute = Number(match, "zoneMinute");
        if (hour > 18 || minute > 59) return null;
        return (hour * 3600L + minute * 60) * NanosPerSecond * (match.Groups["sign"].Value == "-" ? -1 : 1);
    }

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true, Value: string text } ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static int DaysInMonth(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Counts in eras of 400 years that start in March, so that the leap day is the last of its year.</summary>
    private static long DaysFromCivil(long year, int month, int day)
    {
        long y = month <= 2 ? year - 1 : year;
        long era = (long)Math.Floor(y / 400.0);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    private static (long Year, int Month, int Day) Civil(long days)
    {
        long shifted = days + 719_468;
        long era = (long)Math.Floor(shifted / 146_097.0);
        long dayOfEra = shifted - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1));
    }

    private const string Date = @"(?<year>[+-]?[0-9]{4,})-(?<month>[0-9]{2})-(?<day>[0-9]{2})";
    private const string Time = @"(?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})(\.(?<fraction>[0-9]{1,9}))?)?";
    private const string Zone = @"(?<zone> ?(Z|z|UTC|(?<sign>[+-])(?<zoneHour>[0-9]{2})(:?(?<zoneMinute>[0-9]{2}))?))";

    [GeneratedRegex("^" + Date + @"\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DatePattern { get; }

    [GeneratedRegex("^" + Time + @"\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TimePattern { get; }

    [GeneratedRegex("^" + Date + "([Tt ]" + Time + Zone + @"?)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TimestampPattern { get; }
}
