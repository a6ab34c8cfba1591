using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>What was imported into a raw table, in the table's properties, so that it outlives its snapshots: about 40 bytes for each
/// commit and 60 for each delta, with its name.</summary>
/// <remarks>A property holds the text of <see cref="LedgerCommit"/> for each commit, followed by that of <see cref="LedgerEntry"/> for each
/// delta of it, separated by semicolons.</remarks>
public static class Ledger
{
    /// <summary>Property that holds the entries of one year of imports; the year follows the dot.</summary>
    public const string PropertyPrefix = "deltatools.ledger.";

    /// <exception cref="IcebergException">Corrupt: somebody wrote into the ledger what is no entry.</exception>
    public static IEnumerable<LedgerEntry> Of(TableMetadata metadata)
    {
        foreach ((string name, string entries) in metadata.Properties.Where(p => p.Key.StartsWith(PropertyPrefix, StringComparison.Ordinal)))
        {
            LedgerCommit? commit = null;
            foreach (string text in entries.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (LedgerCommit.Parse(text) is { } next)
                {
                    commit = next;
                    continue;
                }
                yield return (commit is null ? null : LedgerEntry.Parse(text, commit)) ?? throw IcebergException.Corrupt(
                    $"The ledger of table {metadata.Location} has an entry that cannot be read: '{text}' in property {name}.");
            }
        }
    }

    /// <summary>The entries that count: an import whose snapshot was rolled back is no import any more, and its delta may come again.</summary>
    public static IEnumerable<LedgerEntry> Standing(TableMetadata metadata)
    {
        HashSet<long> line = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId).Select(s => s.SnapshotId)];
        // A snapshot that is not there any more was expired: nobody can tell, and twice would be worse.
        return Of(metadata).Where(e => e.Commit.SnapshotId is not { } id || line.Contains(id) || metadata.Snapshot(id) is null);
    }

    public static LedgerEntry? Find(TableMetadata metadata, string contentHash, DateOnly dateReceived) =>
        Standing(metadata).FirstOrDefault(e => e.Digest == LedgerEntry.DigestOf(contentHash) && e.DateReceived == dateReceived);

    /// <summary>The properties that record these entries and no others.</summary>
    public static ImmutableSortedDictionary<string, string> Write(IEnumerable<LedgerEntry> entries) => StringMap.Of(
        entries.GroupBy(PropertyOf).Select(year => KeyValuePair.Create(year.Key, string.Join(';', year.GroupBy(e => e.Commit).SelectMany(commit =>
            commit.Select(e => e.ToString()).Prepend(commit.Key.ToString()))))));

    /// <summary>The properties that record more imports, all of one commit.</summary>
    public static ImmutableSortedDictionary<string, string> Add(TableMetadata metadata, IEnumerable<LedgerEntry> entries) =>
        StringMap.Of(Write(entries).Select(year => KeyValuePair.Create(
            year.Key, metadata.Properties.GetValueOrDefault(year.Key) is { Length: > 0 } before ? $"{before};{year.Value}" : year.Value)));

    private static string PropertyOf(LedgerEntry entry) =>
        PropertyPrefix + entry.DateReceived.Year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture);
}
