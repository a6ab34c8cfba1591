using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Maintenance;

/// <summary>Sets a branch to another snapshot of the table, with all that is noted about its head: how far it is merged, what was imported.</summary>
/// <remarks>No snapshot is lost, so that a restore can be taken back by another one.</remarks>
public static class RestoreTo
{
    /// <exception cref="IcebergException">SnapshotNotFound, RefNotFound; InvalidArgument: the branch is a tag.</exception>
    public static Task<CommitResult> RunAsync(IcebergTable table, long snapshotId, string branch, CancellationToken cancel)
    {
        ImmutableArray<TableAction> actions = [new RollbackTo(snapshotId) { Branch = branch }, new KeepMergeState(branch)];
        // Imports go to main.
        return table.CommitAsync(branch == SnapshotRef.Main ? actions.Add(new RestoreLedger()) : actions, cancel);
    }
}
