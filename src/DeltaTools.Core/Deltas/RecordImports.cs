using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Enters imports in the ledger, in the commit that makes them. Goes after the append, whose snapshot it names.</summary>
/// <remarks>The ledger is looked at again on every attempt: two processes that import one file at once make one import.</remarks>
internal sealed record RecordImports(ImmutableArray<ImportRecord> Imports) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (Imports.FirstOrDefault(i => Ledger.Find(metadata, i.ContentHash, i.DateReceived) is not null) is not null)
            throw new IcebergException(IcebergErrorKind.CommitConflict, "Another process imported the same delta meanwhile.");
        long? snapshot = Imports.Any(i => i.Rows > 0) ? metadata.CurrentSnapshotId : null;
        var commit = new LedgerCommit(snapshot, TableClock.Now(metadata), Provenance.Committer);
        IEnumerable<LedgerEntry> entries = Imports.Select(i => new LedgerEntry(
            LedgerEntry.DigestOf(i.ContentHash), i.DateReceived, i.Rows, i.Rejected, LedgerEntry.SourceOf(i.Source), commit));
        return [new SetProperties(Ledger.Add(metadata, entries))];
    }
}

/// <param name="Source">The delta's name.</param>
internal sealed record ImportRecord(string ContentHash, DateOnly DateReceived, long Rows, long Rejected, string Source);
