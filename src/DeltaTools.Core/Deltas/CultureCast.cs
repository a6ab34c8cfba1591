using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>SQL that reads numbers, dates and times as a culture writes them.</summary>
internal static class CultureCast
{
    private const string Zone = " ?[+-][0-9]{2}(?::?[0-9]{2})?";

    /// <summary>The text with the culture's group separators taken out, and its decimal separator and sign made a point and a hyphen.</summary>
    /// <remarks>Text with separators that part no groups becomes one that is no number: '1.23' is not 123 where the point parts groups.</remarks>
    public static string Number(string text, TextCulture culture)
    {
        if (culture.NegativeSign != "-") text = Replace(text, culture.NegativeSign, "-");
        if (culture.GroupSeparators is { Length: > 0 } separators)
        {
            if (separators.Contains(' ', StringComparison.Ordinal)) text = $"trim({text})";
            string groups = Sql.Text($@"\s*[+-]?[1-9][0-9]{{0,2}}([{separators}][0-9]{{{culture.SmallestGroup},3}})*[{separators}][0-9]{{3}}([{culture.DecimalSeparator}][0-9]*)?([eE][+-]?[0-9]+)?\s*");
            string grouped = string.Join(" OR ", separators.Select(s => $"contains({text}, {Sql.Text(s.ToString())})"));
            string bare = separators.Aggregate(text, (t, s) => Replace(t, s.ToString(), ""));
            text = $"CASE WHEN ({grouped}) AND NOT regexp_full_match({text}, {groups}) THEN 'no number' ELSE {bare} END";
        }
        return culture.DecimalSeparator == '.' ? text : Replace(text, culture.DecimalSeparator.ToString(), ".");
    }

    /// <summary>The date, time or timestamp of a text; NULL when it is none as the culture writes it.</summary>
    /// <param name="culture">One with patterns of dates.</param>
    public static string Moment(string text, IcebergType type, TextCulture culture)
    {
        TextPattern date = culture.Date!;
        ImmutableArray<TextPattern> times = type.Id == TypeId.TimestampNs ? culture.TimesNs : culture.Times;
        TextPattern[] patterns = type.Id switch
        {
            TypeId.Date => [date, TextPattern.IsoDate],
            TypeId.Time => [.. times],
            TypeId.TimestampTz => [.. Stamps(date, times).Select(s => new TextPattern(s.Format + " %z", s.Shape + Zone)),
                .. Stamps(date, times).Select(s => new TextPattern(s.Format + "%z", s.Shape + Zone))],
            _ => [.. Stamps(date, times), date],
        };
        string tidy = Tidy(text, patterns, culture);
        string shape = string.Join('|', patterns.Select(p => p.Shape).Distinct());
        return $"CASE WHEN regexp_full_match({tidy}, {Sql.Text(shape)}) THEN "
            + $"CAST(try_strptime({tidy}, [{string.Join(", ", patterns.Select(p => Sql.Text(p.Format)))}]) AS {DuckTypes.Of(type)}) END";
    }

    private static IEnumerable<TextPattern> Stamps(TextPattern date, ImmutableArray<TextPattern> times) =>
        times.Select(time => date.Then(" ", time)).Concat(times.Select(time => date.Then("T", time)));

    /// <summary>The text with ordinary spaces, and the halves of the day in English, which the engine knows, between spaces.</summary>
    private static string Tidy(string text, TextPattern[] patterns, TextCulture culture)
    {
        if (patterns.Any(p => p.HasHalfDays))
        {
            text = InEnglish(text, culture.HalfDays.After, "PM");
            text = InEnglish(text, culture.HalfDays.Before, "AM");
        }
        if (patterns.Any(p => p.Format.Contains(' ', StringComparison.Ordinal)))
            text = TextPattern.Spaces.Where(s => s != ' ').Aggregate(text, (t, s) => Replace(t, s.ToString(), " "));
        return $"trim({text})";
    }

    private static string InEnglish(string text, string designator, string english)
    {
        string spaces = $"[{TextPattern.Spaces}]";
        // With and without the points of "p.m." and the space of "p. m.".
        string own = string.Concat(designator.Select(c => TextPattern.Spaces.Contains(c, StringComparison.Ordinal) ? spaces + "?" : c == '.' ? @"\.?" : Regex.Escape(c.ToString())));
        return $"regexp_replace({text}, {Sql.Text($"(?i){spaces}*(?:{own}|{english}){spaces}*")}, ' {english} ')";
    }

    private static string Replace(string text, string what, string by) => $"replace({text}, {Sql.Text(what)}, {Sql.Text(by)})";
}
