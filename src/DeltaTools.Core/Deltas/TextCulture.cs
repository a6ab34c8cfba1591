using System.Globalization;

namespace DeltaTools.Core.Deltas;

/// <summary>How numbers and dates are written in a delta file.</summary>
/// <param name="DecimalSeparator">A point unless the culture says otherwise.</param>
/// <param name="GroupSeparator">Thousands separator to ignore; null when there is none to ignore.</param>
/// <param name="DatePatterns">strptime patterns of dates; empty for ISO dates.</param>
/// <param name="TimestampPatterns">strptime patterns of timestamps; ISO timestamps are understood as well.</param>
public sealed record TextCulture(
    char DecimalSeparator, char? GroupSeparator, IReadOnlyList<string> DatePatterns, IReadOnlyList<string> TimestampPatterns)
{
    /// <summary>Point, no groups, ISO dates.</summary>
    public static readonly TextCulture Invariant = new('.', null, [], []);

    /// <summary>Fewest digits of a group before the last, which has three; fewer than three where large groups are of two (India).</summary>
    public int SmallestGroup { get; private init; } = 3;

    /// <summary>Number separators and short date and time patterns of a culture; ISO dates stay understood.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the culture writes dates in a way that cannot be read, such as era names.</exception>
    /// <param name="culture">Null is <see cref="Invariant"/>.</param>
    public static TextCulture Of(CultureInfo? culture)
    {
        if (culture is null || culture.Equals(CultureInfo.InvariantCulture)) return Invariant;
        NumberFormatInfo number = culture.NumberFormat;
        string date = Strptime(culture.DateTimeFormat.ShortDatePattern, culture);
        string time = Strptime(culture.DateTimeFormat.LongTimePattern, culture);
        return new TextCulture(
            number.NumberDecimalSeparator[0],
            number.NumberGroupSeparator is { Length: 1 } group ? group[0] : null,
            [date, "%Y-%m-%d"],
            [$"{date} {time}", $"{date}T{time}", date])
        {
            SmallestGroup = number.NumberGroupSizes is [3] ? 3 : 2,
        };
    }

    /// <summary>A .NET date pattern (<c>dd.MM.yyyy</c>) in strptime's letters (<c>%d.%m.%Y</c>).</summary>
    public static string Strptime(string pattern, CultureInfo culture)
    {
        var result = new System.Text.StringBuilder();
        for (int i = 0; i < pattern.Length;)
        {
            int run = i;
            while (run < pattern.Length && pattern[run] == pattern[i]) run++;
            if (pattern[i] == '\'')
            {
                int end = pattern.IndexOf('\'', i + 1);
                if (end < 0) throw Bad(pattern, culture);
                result.Append(pattern.AsSpan(i + 1, end - i - 1));
                i = end + 1;
                continue;
            }
            result.Append((pattern[i], run - i) switch
            {
                ('d', 1 or 2) => "%d",
                ('M', 1 or 2) => "%m",
                ('M', 3) => "%b",
                ('M', _) => "%B",
                ('y', 1 or 2) => "%y",
                ('y', _) => "%Y",
                ('H', _) => "%H",
                ('h', _) => "%I",
                ('m', _) => "%M",
                ('s', _) => "%S",
                ('t', _) => "%p",
                ('f' or 'F', _) => "%f",
                ('d', _) or ('g', _) or ('z', _) or ('K', _) => throw Bad(pattern, culture),
                ('%', _) => "%%",
                (var c, var n) => new string(c, n),
            });
            i = run;
        }
        return result.ToString();
    }

    private static IcebergException Bad(string pattern, CultureInfo culture) => IcebergException.Invalid(
        $"Dates of culture '{culture.Name}' ({pattern}) cannot be read from text. Convert them to yyyy-MM-dd first, or use another -Culture.");
}
