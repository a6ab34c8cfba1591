using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>A merge that is to be taken back, with its changes in tables of the session.</summary>
public sealed class UndoPlan : IAsyncDisposable
{
    internal UndoPlan(Snapshot merge, ChangeSet changes, ChangeCounts counts) => (Merge, Changes, Counts) = (merge, changes, counts);

    /// <summary>The snapshot that the merge made.</summary>
    public Snapshot Merge { get; }

    /// <summary>What the merge did.</summary>
    public ChangeCounts Counts { get; }

    /// <summary>Where the table stands afterwards; null: as if it was never merged.</summary>
    public MergeState? Next { get; internal init; }

    internal ChangeSet Changes { get; }

    internal ImmutableArray<NestedField> Key { get; init; } = [];

    public ValueTask DisposeAsync() => Changes.DisposeAsync();
}
