using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>One value of a data row as the table view shows it: the same on every machine, on one line.</summary>
internal static class CellText
{
    private const int MaxBytes = 16;
    private const int MaxItems = 5;

    public static string Of(object? value) => value switch
    {
        null or DBNull => "",
        string text => OneLine(text),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", CultureInfo.InvariantCulture),
        byte[] bytes => "0x" + Convert.ToHexString(bytes.AsSpan(0, Math.Min(MaxBytes, bytes.Length))) + (bytes.Length > MaxBytes ? "…" : ""),
        PSObject { BaseObject: PSCustomObject } structure => Items(structure.Properties.Select(p => $"{p.Name}: {Of(p.Value)}")),
        PSObject wrapped => Of(wrapped.BaseObject),
        IDictionary map => Items(TextMap.Entries(map).Select(e => $"{Of(e.Key)}: {Of(e.Value)}")),
        IList list => Items(list.Cast<object?>().Select(Of)),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => OneLine(value.ToString() ?? ""),
    };

    /// <summary>Numbers stand at the right of their column.</summary>
    public static bool IsNumber(object? value) => value is int or long or float or double or decimal or short or byte;

    /// <summary>Whether the beginning of the text is still true without its end.</summary>
    public static bool MayBeCut(object? value) => value is null or DBNull or string or byte[] or IDictionary or IList or PSObject;

    private static string Items(IEnumerable<string> items)
    {
        string[] first = [.. items.Take(MaxItems + 1)];
        return "{" + string.Join(", ", first.Take(MaxItems)) + (first.Length > MaxItems ? ", …" : "") + "}";
    }

    private static string OneLine(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
