using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Deltas;

/// <summary>How a culture writes dates or times: a .NET pattern (<c>d.M.yyyy</c>) as the engine needs it.</summary>
/// <param name="Format">The same in strptime's letters (<c>%d.%m.%Y</c>).</param>
/// <param name="Shape">Regular expression of the texts. The format alone takes a year of two digits for one of four, and <c>epoch</c> for a date.</param>
public sealed partial record TextPattern(string Format, string Shape)
{
    /// <summary>All that is a space in dates and numbers: the ordinary one and those at which no line breaks.</summary>
    public const string Spaces = " \u00a0\u202f";

    public static readonly TextPattern IsoDate = new("%Y-%m-%d", "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}");

    /// <summary>Whether hours are told apart by AM and PM.</summary>
    public bool HasHalfDays => Format.Contains("%p", StringComparison.Ordinal);

    /// <param name="fraction">What follows the seconds, if there are any.</param>
    /// <exception cref="IcebergException">InvalidArgument: text of the pattern cannot be read, such as names of days.</exception>
    public static TextPattern Of(string pattern, CultureInfo culture, TextPattern? fraction = null)
    {
        StringBuilder format = new(), shape = new();
        for (int i = 0; i < pattern.Length;)
        {
            int start = i;
            if (pattern[i] is '\'' or '"')
            {
                int end = pattern.IndexOf(pattern[i], i + 1);
                if (end < 0) throw Bad(pattern, culture);
                Add(Literal(pattern[(i + 1)..end]));
                i = end + 1;
                continue;
            }
            while (i < pattern.Length && pattern[i] == pattern[start]) i++;
            Add((pattern[start], i - start) switch
            {
                ('d', 1 or 2) => new("%d", "[0-9]{1,2}"),
                ('M', 1 or 2) => new("%m", "[0-9]{1,2}"),
                ('M', 3) => new("%b", @"\pL+"),
                ('M', _) => new("%B", @"\pL+"),
                ('y', 1 or 2) => new("%y", "[0-9]{2}"),
                ('y', _) => new("%Y", "[0-9]{4}"),
                ('H', _) => new("%H", "[0-9]{1,2}"),
                ('h', _) => new("%I", "[0-9]{1,2}"),
                ('m', 1) => new("%M", "[0-9]{1,2}"),
                ('m', _) => new("%M", "[0-9]{2}"),
                ('s', 1) => new("%S" + fraction?.Format, "[0-9]{1,2}" + fraction?.Shape),
                ('s', _) => new("%S" + fraction?.Format, "[0-9]{2}" + fraction?.Shape),
                ('t', 2) => new(" %p ", " [AP]M "),
                ('/', var n) => Literal(Repeat(culture.DateTimeFormat.DateSeparator, n)),
                (':', var n) => Literal(Repeat(culture.DateTimeFormat.TimeSeparator, n)),
                ('d' or 'g' or 'z' or 'K' or 'f' or 'F' or 't' or '\\', _) => throw Bad(pattern, culture),
                _ => Literal(pattern[start..i]),
            });
        }
        var result = new TextPattern(Tidy(format), Tidy(shape));
        // Eleven o'clock, of which half of the day?
        return result.Format.Contains("%I", StringComparison.Ordinal) && !result.HasHalfDays ? throw Bad(pattern, culture) : result;

        void Add(TextPattern part)
        {
            format.Append(part.Format);
            shape.Append(part.Shape);
        }
    }

    /// <summary>A part of a second, behind a point or comma.</summary>
    /// <param name="digits">How many there may be: 6 or 9.</param>
    public static TextPattern Fraction(char separator, int digits) =>
        new(separator + (digits > 6 ? "%n" : "%f"), string.Create(CultureInfo.InvariantCulture, $"[{separator}][0-9]{{1,{digits}}}"));

    public TextPattern Then(string between, TextPattern next) => new(Format + between + next.Format, Shape + between + next.Shape);

    private static TextPattern Literal(string text) =>
        new(text.Replace("%", "%%", StringComparison.Ordinal), Regex.Escape(text).Replace(@"\ ", " ", StringComparison.Ordinal));

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>With each run of spaces made one ordinary space, as it is in texts before they are compared.</summary>
    private static string Tidy(StringBuilder pattern) => SpaceRun().Replace(pattern.ToString(), " ").Trim();

    private static IcebergException Bad(string pattern, CultureInfo culture) => IcebergException.Invalid(
        $"Dates of culture '{culture.Name}' ({pattern}) cannot be read from text. Convert them to yyyy-MM-dd first, or use another -Culture.");

    [GeneratedRegex($"[{Spaces}]+")]
    private static partial Regex SpaceRun();
}
