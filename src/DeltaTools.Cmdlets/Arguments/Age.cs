using System.Globalization;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Reads spans of time as people write them.</summary>
internal static class Age
{
    public const string Spellings = "a TimeSpan or a text such as 30m, 12h, 3d or 1.12:00:00";

    /// <summary>Null when the input is no span.</summary>
    /// <remarks><c>3d</c> without quotes reaches us as the decimal 3, since d is PowerShell's suffix of decimals; whole numbers say no unit.</remarks>
    public static TimeSpan? Parse(object? input) => input switch
    {
        TimeSpan span => span,
        decimal days => Scaled((double)days, TimeSpan.TicksPerDay),
        string text => Parse(text.Trim()),
        _ => null,
    };

    private static TimeSpan? Parse(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? span : null;
        }
        return Quantity.Parse(text) is { } age ? age.Unit switch
        {
            "S" => Scaled(age.Number, TimeSpan.TicksPerSecond),
            "M" or "MIN" => Scaled(age.Number, TimeSpan.TicksPerMinute),
            "H" => Scaled(age.Number, TimeSpan.TicksPerHour),
            "D" => Scaled(age.Number, TimeSpan.TicksPerDay),
            "W" => Scaled(age.Number, 7 * TimeSpan.TicksPerDay),
            _ => null,
        } : null;
    }

    private static TimeSpan? Scaled(double number, long ticks) =>
        number * ticks is var total && Math.Abs(total) < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)total) : null;
}
