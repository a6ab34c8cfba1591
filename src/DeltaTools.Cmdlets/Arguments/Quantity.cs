using System.Globalization;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>A number and its unit: <c>12h</c>, <c>1.5 GB</c>.</summary>
/// <param name="Unit">In capitals; empty when there is none.</param>
internal readonly record struct Quantity(double Number, string Unit)
{
    /// <summary>Null when the text does not start with a number. There are no negative quantities.</summary>
    public static Quantity? Parse(string text)
    {
        string trimmed = text.Trim();
        int digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        return double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? new(number, trimmed[digits..].Trim().ToUpperInvariant()) : null;
    }
}
