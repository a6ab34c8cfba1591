using System.Globalization;

namespace DeltaTools.Core.Deltas;

/// <summary>An import that the raw table remembers.</summary>
/// <param name="Digest">First 128 bits of the content's SHA-256, in hex: enough to never meet by chance, short enough to keep for ever.</param>
/// <param name="DateReceived">The same content on another day is another delta: it may change back what came between.</param>
/// <param name="SequenceNumber">Of the commit that made the import; finds its snapshot while that is retained.</param>
public sealed record LedgerEntry(string Digest, DateOnly DateReceived, long Rows, long SequenceNumber)
{
    private const int DigestLength = 32;

    public static string DigestOf(string contentHash) => contentHash[..DigestLength];

    public static LedgerEntry? Parse(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 4 && parts[0].Length == DigestLength
            && DateOnly.TryParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            && long.TryParse(parts[2], CultureInfo.InvariantCulture, out long rows)
            && long.TryParse(parts[3], CultureInfo.InvariantCulture, out long sequence)
            ? new LedgerEntry(parts[0], date, rows, sequence)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Digest}:{DateReceived:yyyyMMdd}:{Rows}:{SequenceNumber}");
}
