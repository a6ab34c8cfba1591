using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>What a commit did.</summary>
/// <param name="Table">The table after it.</param>
/// <param name="Before">The metadata that it was applied to, which may be newer than the caller's.</param>
/// <param name="Snapshots">The snapshots it made, one for each action that makes one; empty when nothing was to be done.</param>
/// <param name="Attempts">1 when no other writer came between; 0 when nothing was to be done.</param>
public sealed record CommitResult(IcebergTable Table, TableMetadata Before, ImmutableArray<Snapshot> Snapshots, int Attempts)
{
    public bool Changed => Attempts > 0;

    /// <summary>The last snapshot made, or null.</summary>
    public Snapshot? Snapshot => Snapshots.LastOrDefault();
}
