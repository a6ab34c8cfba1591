using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Makes the ledger tell what the head of main holds. Goes after the action that sets main back, or forward again.</summary>
/// <remarks>Else a delta whose rows were taken back could not be imported again, and one whose rows came back would be imported twice.</remarks>
internal sealed record RestoreLedger : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (!RawTables.IsRaw(metadata)) return [];
        ImmutableArray<Snapshot> lineage = [.. Ancestry.Of(metadata, metadata.CurrentSnapshotId)];
        HashSet<long> known = [.. lineage.Select(s => s.SequenceNumber)];
        long oldest = lineage.IsEmpty ? long.MaxValue : lineage[^1].SequenceNumber;
        // What is older than all that is left of the history is taken to belong to it.
        List<LedgerEntry> entries = [.. Ledger.Of(metadata).Where(e => known.Contains(e.SequenceNumber) || e.SequenceNumber < oldest)];
        HashSet<(string, DateOnly)> held = [.. entries.Select(e => (e.Digest, e.DateReceived))];
        entries.AddRange(lineage.SelectMany(ImportSummary.Read).Where(e => held.Add((e.Digest, e.DateReceived))));

        ImmutableSortedDictionary<string, string> wanted = StringMap.Of(entries.OrderBy(e => e.SequenceNumber)
            .GroupBy(e => Ledger.PropertyPrefix + e.DateReceived.Year.ToString("0000", CultureInfo.InvariantCulture))
            .Select(g => KeyValuePair.Create(g.Key, string.Join(';', g))));
        ImmutableArray<string> gone =
            [.. metadata.Properties.Keys.Where(k => k.StartsWith(Ledger.PropertyPrefix, StringComparison.Ordinal) && !wanted.ContainsKey(k))];
        List<TableUpdate> updates = [];
        if (wanted.Any(p => metadata.Properties.GetValueOrDefault(p.Key) != p.Value)) updates.Add(new SetProperties(wanted));
        if (!gone.IsEmpty) updates.Add(new RemoveProperties(gone));
        return [.. updates];
    }
}
