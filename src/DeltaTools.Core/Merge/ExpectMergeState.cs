using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Lets a merge's commit through only onto the state that it was planned on.</summary>
/// <remarks>Two merges that change no rows in common are no conflict of files, and one that changes none at all touches no file; but of two report dates
/// the earlier must not come last.</remarks>
/// <param name="Planned">How far the branch was merged then; null: not at all.</param>
internal sealed record ExpectMergeState(string Branch, MergeState? Planned) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        MergeState? now = MergeState.Of(metadata, Branch);
        if ((now?.Floor, now?.SourceSequenceNumber, now?.Source) == (Planned?.Floor, Planned?.SourceSequenceNumber, Planned?.Source)) return [];
        throw new IcebergException(IcebergErrorKind.CommitConflict, $"Another merge brought branch {Branch} to {now?.Floor:yyyy-MM-dd} meanwhile.");
    }
}
