using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Deltas;

/// <summary>How numbers and dates are written in a delta file. ISO dates and times are understood in every culture.</summary>
public sealed record TextCulture
{
    private const int Micros = 6;
    private const int Nanos = 9;

    /// <summary>Point, no groups, ISO dates.</summary>
    public static readonly TextCulture Invariant = new();

    public char DecimalSeparator { get; private init; } = '.';

    /// <summary>Characters of which each separates thousands; empty when there is none to ignore. One stands for its likes: every
    /// space for the others, a straight apostrophe for a curly one.</summary>
    public string GroupSeparators { get; private init; } = "";

    /// <summary>Fewest digits of a group before the last, which has three; fewer than three where large groups are of two (India).</summary>
    public int SmallestGroup { get; private init; } = 3;

    /// <summary>A hyphen is always understood too.</summary>
    public string NegativeSign { get; private init; } = "-";

    /// <summary>Dates; null: ISO dates only.</summary>
    public TextPattern? Date { get; private init; }

    /// <summary>Times with seconds, with microseconds, and without seconds.</summary>
    public ImmutableArray<TextPattern> Times { get; private init; } = [];

    /// <summary>The same, with nanoseconds.</summary>
    public ImmutableArray<TextPattern> TimesNs { get; private init; } = [];

    /// <summary>What marks the hours before and after noon.</summary>
    public (string Before, string After) HalfDays { get; private init; } = ("AM", "PM");

    /// <summary>Number separators, short dates, and long and short times of a culture.</summary>
    /// <exception cref="IcebergException">InvalidArgument: nobody knows the culture, or it writes dates in a way that cannot be read, such as era names.</exception>
    /// <param name="culture">Null is <see cref="Invariant"/>.</param>
    public static TextCulture Of(CultureInfo? culture)
    {
        if (culture is null || culture.Equals(CultureInfo.InvariantCulture)) return Invariant;
        if (!IsKnown(culture)) throw IcebergException.Invalid($"There is no culture '{culture.Name}'. Name a language and a country, such as de-DE.");
        NumberFormatInfo number = culture.NumberFormat;
        DateTimeFormatInfo dates = culture.DateTimeFormat;
        if (dates.Calendar is not GregorianCalendar)
        {
            throw IcebergException.Invalid($"Culture '{culture.Name}' counts years by its own calendar ({dates.Calendar.GetType().Name}), in which dates cannot be read from text. "
                + "Convert them to yyyy-MM-dd first, or use another -Culture.");
        }
        char decimals = number.NumberDecimalSeparator[0];
        ImmutableArray<TextPattern> Times(int digits) =>
        [
            .. new[] { TextPattern.Of(dates.LongTimePattern, culture) }
                .Concat(new[] { '.', decimals }.Distinct().Select(s => TextPattern.Of(dates.LongTimePattern, culture, TextPattern.Fraction(s, digits))))
                .Append(TextPattern.Of(dates.ShortTimePattern, culture)).Distinct(),
        ];
        return new()
        {
            DecimalSeparator = decimals,
            GroupSeparators = number.NumberGroupSeparator is { Length: 1 } group ? AndItsLikes(group) : "",
            SmallestGroup = number.NumberGroupSizes is [3] ? 3 : 2,
            NegativeSign = number.NegativeSign,
            Date = TextPattern.Of(dates.ShortDatePattern, culture),
            Times = Times(Micros),
            TimesNs = Times(Nanos),
            HalfDays = (dates.AMDesignator, dates.PMDesignator),
        };
    }

    /// <summary>.NET makes a culture of any name, with the patterns of the invariant one, so that a slip would read dates the wrong way round.</summary>
    private static bool IsKnown(CultureInfo culture)
    {
        try
        {
            return culture.Name.Length == 0 || CultureInfo.GetCultureInfo(culture.Name, predefinedOnly: true) is not null;
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    private static string AndItsLikes(string separator) => separator[0] switch
    {
        '\'' or '\u2019' => "'\u2019",
        var space when char.IsWhiteSpace(space) => TextPattern.Spaces.Contains(space, StringComparison.Ordinal) ? TextPattern.Spaces : TextPattern.Spaces + space,
        _ => separator,
    };
}
