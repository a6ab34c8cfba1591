using System.Globalization;

namespace DeltaTools.Core.Deltas;

/// <summary>A commit that imported deltas.</summary>
/// <param name="SnapshotId">The snapshot that it made, which may have expired since; null when the deltas had no rows.</param>
/// <param name="At">To the second.</param>
/// <param name="By">User and machine.</param>
public sealed record LedgerCommit(long? SnapshotId, DateTimeOffset At, string By)
{
    private const char Mark = '@';

    /// <summary>Null when the text is no commit.</summary>
    public static LedgerCommit? Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 3 || !text.StartsWith(Mark)) return null;
        long? snapshot = long.TryParse(parts[0].AsSpan(1), CultureInfo.InvariantCulture, out long id) ? id : null;
        return long.TryParse(parts[1], CultureInfo.InvariantCulture, out long seconds) && seconds is >= 0 and < 253_402_300_800
            ? new LedgerCommit(snapshot, DateTimeOffset.FromUnixTimeSeconds(seconds), LedgerText.Unescape(parts[2]))
            : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mark}{SnapshotId}:{At.ToUnixTimeSeconds()}:{LedgerText.Escape(By)}");
}
