using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Enters imports in the ledger, in the commit that makes them. Goes before the append.</summary>
/// <remarks>The ledger is looked at again on every attempt: two processes that import one file at once make one import.</remarks>
internal sealed record RecordImports(ImmutableArray<(string ContentHash, DateOnly DateReceived, long Rows)> Imports) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (Imports.FirstOrDefault(i => Ledger.Find(metadata, i.ContentHash, i.DateReceived) is not null) is { ContentHash: not null })
            throw new IcebergException(IcebergErrorKind.CommitConflict, "Another process imported the same delta meanwhile.");
        IEnumerable<LedgerEntry> entries = Imports.Select(i => new LedgerEntry(
            LedgerEntry.DigestOf(i.ContentHash), i.DateReceived, i.Rows, metadata.LastSequenceNumber + 1));
        return [new SetProperties(Ledger.Add(metadata, entries))];
    }
}
