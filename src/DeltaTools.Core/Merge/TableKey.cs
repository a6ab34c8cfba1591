using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>The key of a table as far as it is known.</summary>
public static class TableKey
{
    /// <returns>The identifier fields, else the key of the last merge, also one to another branch or one that was taken back, else nothing.</returns>
    public static ImmutableArray<string> Of(TableMetadata metadata)
    {
        Schema schema = metadata.CurrentSchema;
        if (schema.IdentifierFieldIds.Length > 0) return [.. schema.IdentifierFieldIds.Select(id => schema.NameOf(id)).OfType<string>()];
        return MergeState.Of(metadata, SnapshotRef.Main)?.Key
            ?? metadata.Snapshots.OrderByDescending(s => s.SequenceNumber).Select(s => MergeState.Read(s.Summary)?.Key).FirstOrDefault(k => k is not null) ?? [];
    }
}
