using System.Globalization;

namespace DeltaTools.Core.Deltas;

/// <summary>An import that the raw table remembers.</summary>
/// <param name="Digest">First 128 bits of the content's SHA-256, in hex: enough to never meet by chance, short enough to keep for ever.</param>
/// <param name="DateReceived">The same content on another day is another delta: it may change back what came between.</param>
/// <param name="Source">Name of the file without its folder, cut at 100 characters.</param>
/// <param name="Commit">The commit that made the import.</param>
public sealed record LedgerEntry(string Digest, DateOnly DateReceived, long Rows, long Rejected, string Source, LedgerCommit Commit)
{
    private const int DigestLength = 32;
    private const int MaxSourceLength = 100;

    public static string DigestOf(string contentHash) => contentHash[..DigestLength];

    /// <summary>The name that is kept of a delta.</summary>
    public static string SourceOf(string deltaName)
    {
        string name = Path.GetFileName(deltaName);
        return name.Length > MaxSourceLength ? name[..MaxSourceLength] : name;
    }

    public static LedgerEntry? Parse(string text, LedgerCommit commit)
    {
        string[] parts = text.Split(':');
        return parts.Length == 5 && parts[0].Length == DigestLength
            && DateOnly.TryParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            && long.TryParse(parts[2], CultureInfo.InvariantCulture, out long rows)
            && long.TryParse(parts[3], CultureInfo.InvariantCulture, out long rejected)
            ? new LedgerEntry(parts[0], date, rows, rejected, LedgerText.Unescape(parts[4]), commit)
            : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Digest}:{DateReceived:yyyyMMdd}:{Rows}:{Rejected}:{LedgerText.Escape(Source)}");
}
