using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>What was imported into a raw table: about 60 bytes for each delta, in the table's properties, so that it outlives its snapshots.</summary>
/// <remarks>The whole story of an import (file name, user, host, run) is in the summary of its snapshot for as long as that is retained.</remarks>
public static class Ledger
{
    /// <summary>Property that holds the entries of one year of imports; the year follows the dot.</summary>
    public const string PropertyPrefix = "deltatools.ledger.";

    public static IEnumerable<LedgerEntry> Of(TableMetadata metadata) =>
        from property in metadata.Properties
        where property.Key.StartsWith(PropertyPrefix, StringComparison.Ordinal)
        from text in property.Value.Split(';', StringSplitOptions.RemoveEmptyEntries)
        select LedgerEntry.Parse(text) ?? throw IcebergException.Corrupt(
            $"The ledger of table {metadata.Location} has an entry that cannot be read: '{text}' in property {property.Key}.");

    public static LedgerEntry? Find(TableMetadata metadata, string contentHash, DateOnly dateReceived) =>
        Of(metadata).FirstOrDefault(e => e.Digest == LedgerEntry.DigestOf(contentHash) && e.DateReceived == dateReceived);

    /// <summary>The snapshot that made an import, or null when it has expired.</summary>
    public static Snapshot? SnapshotOf(TableMetadata metadata, LedgerEntry entry) =>
        metadata.Snapshots.FirstOrDefault(s => s.SequenceNumber == entry.SequenceNumber);

    /// <summary>The properties that record more imports.</summary>
    public static ImmutableSortedDictionary<string, string> Add(TableMetadata metadata, IEnumerable<LedgerEntry> entries) =>
        entries.GroupBy(e => PropertyPrefix + e.DateReceived.Year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture))
            .ToImmutableSortedDictionary(
                g => g.Key,
                g => string.Join(';', g.Select(e => e.ToString()).Prepend(metadata.Properties.GetValueOrDefault(g.Key)).Where(t => !string.IsNullOrEmpty(t))),
                StringComparer.Ordinal);
}
