using System.Text;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Deltas;

/// <summary>Says what is wrong with a CSV file that the engine refuses, though none of its rows is broken: the engine's advice is about its own options.</summary>
internal static partial class CsvFailure
{
    /// <returns>DeltaFileInvalid, or null when the error is not about reading CSV.</returns>
    public static IcebergException? Of(string name, Encoding encoding, IcebergException error)
    {
        if (!Csv().IsMatch(error.Message)) return null;
        string what = error.Message.Contains("Invalid unicode", StringComparison.OrdinalIgnoreCase)
                ? $"is not in encoding {encoding.WebName}, name the right one with -Encoding"
            : error.Message.Contains("state machine", StringComparison.Ordinal) ? "mixes line ends or breaks a line without quotes"
            : "cannot be read as CSV";
        string where = Line().Match(error.Message) is { Success: true } line ? $" (near line {line.Groups[1].Value})" : "";
        return new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' {what}{where}.", error);
    }

    [GeneratedRegex("CSV (Error|Parser)")]
    private static partial Regex Csv();

    [GeneratedRegex(@"CSV Error on Line: ([0-9]+)")]
    private static partial Regex Line();
}
