using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Lets a commit through only onto the state of main that it was made for.</summary>
internal sealed record ExpectHead(long? SnapshotId) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata) => metadata.CurrentSnapshotId == SnapshotId
        ? [] : throw new IcebergException(IcebergErrorKind.CommitConflict, "Another process imported deltas meanwhile.");
}
