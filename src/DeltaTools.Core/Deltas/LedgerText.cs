namespace DeltaTools.Core.Deltas;

/// <summary>Names inside the ledger, where colons and semicolons separate.</summary>
internal static class LedgerText
{
    public static string Escape(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal);

    public static string Unescape(string text) => text
        .Replace("%3A", ":", StringComparison.Ordinal).Replace("%3B", ";", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
