using System.Text;

namespace DeltaTools.Core.Deltas;

/// <summary>How a CSV file is written.</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quote">Around fields that hold a delimiter, a line break or a quote; doubled inside.</param>
/// <param name="Encoding">Text encoding; a byte order mark in the file wins over it.</param>
public sealed record CsvDialect(char Delimiter, char Quote, Encoding Encoding)
{
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>A field as the file writes it.</summary>
    public string Write(CsvField field) => field.Quoted ? $"{Quote}{field.Text.Replace(Quote.ToString(), new string(Quote, 2), StringComparison.Ordinal)}{Quote}" : field.Text;

    /// <summary>The delimiter that occurs most often outside quotes in the header line; a comma when none does.</summary>
    public static char DetectDelimiter(string headerLine, char quote)
    {
        var counts = new int[Candidates.Length];
        bool quoted = false;
        foreach (char c in headerLine)
        {
            if (c == quote) quoted = !quoted;
            int candidate = quoted ? -1 : Array.IndexOf(Candidates, c);
            if (candidate >= 0) counts[candidate]++;
        }
        int best = counts.Max();
        return best == 0 ? ',' : Candidates[Array.IndexOf(counts, best)];
    }
}
