using System.Globalization;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Deltas;

/// <summary>Says what is wrong with a text file that the engine refuses, though none of its rows is broken: the engine's advice is about its own options.</summary>
internal static partial class CsvFailure
{
    /// <param name="format">What it is read as, for the message. JSON lines are to the engine a CSV file of one column.</param>
    /// <returns>DeltaFileInvalid, or null when the error is not about reading CSV.</returns>
    public static IcebergException? Of(string name, TextFile file, string format, IcebergException error)
    {
        if (!Csv().IsMatch(error.Message)) return null;
        bool isEncoding = error.Message.Contains("Invalid unicode", StringComparison.OrdinalIgnoreCase);
        string what = isEncoding ? $"is not in encoding {file.Encoding.WebName}, name the right one with -Encoding"
            : error.Message.Contains("Maximum line size", StringComparison.Ordinal) ? "has a line that is too long to be read"
            : error.Message.Contains("state machine", StringComparison.Ordinal) ? "mixes line ends or breaks a line without quotes"
            : $"cannot be read as {format}";
        string where = isEncoding && file.InvalidLine() is { } exact ? string.Create(CultureInfo.InvariantCulture, $" (line {exact})")
            : Line().Match(error.Message) is { Success: true } line ? $" (near line {line.Groups[1].Value})" : "";
        return new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' {what}{where}.", error);
    }

    [GeneratedRegex("CSV (Error|Parser)")]
    private static partial Regex Csv();

    [GeneratedRegex(@"CSV Error on Line: ([0-9]+)")]
    private static partial Regex Line();
}
