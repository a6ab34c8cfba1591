using System.Collections.Immutable;
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
        List<LedgerEntry> entries = [.. Ledger.Standing(metadata)];
        HashSet<(string, DateOnly)> held = [.. entries.Select(e => (e.Digest, e.DateReceived))];
        entries.AddRange(lineage.SelectMany(ImportSummary.Read).Where(e => held.Add((e.Digest, e.DateReceived))));

        ImmutableSortedDictionary<string, string> wanted = Ledger.Write(entries.OrderBy(e => e.Commit.At));
        ImmutableArray<string> gone =
            [.. metadata.Properties.Keys.Where(k => k.StartsWith(Ledger.PropertyPrefix, StringComparison.Ordinal) && !wanted.ContainsKey(k))];
        List<TableUpdate> updates = [];
        if (wanted.Any(p => metadata.Properties.GetValueOrDefault(p.Key) != p.Value)) updates.Add(new SetProperties(wanted));
        if (!gone.IsEmpty) updates.Add(new RemoveProperties(gone));
        return [.. updates];
    }
}
