using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Changes;

/// <summary>The changes of rows from one state of a table to another, snapshot by snapshot or in one.</summary>
/// <param name="schema">What all states are read with.</param>
public sealed class ChangeFeed(DuckSession session, IObjectStore store, TableMetadata metadata, Schema schema, RowIdentity identity)
{
    private (long? Snapshot, ImmutableArray<FileScanTask> Files) _last = (null, []);

    /// <summary>The snapshots from one state to another, oldest first, each with the one before it; rewrites that change no rows are left out.</summary>
    /// <param name="from">Excluded; null is the table before its first snapshot.</param>
    /// <returns>Null when the one did not come from the other, or when snapshots between have expired: then only the net changes can be told.</returns>
    public static ImmutableArray<ChangeStep>? Steps(TableMetadata metadata, long? from, long to)
    {
        if (from == to) return [];
        if (IncrementalScan.Between(metadata, from, to) is not { } snapshots) return null;
        return [.. snapshots.Where(s => s.Operation != SnapshotSummary.Replace)
            .Select(s => new ChangeStep(s.ParentSnapshotId is { } parent ? metadata.Snapshot(parent) : null, s))];
    }

    /// <summary>How the rows of two states differ.</summary>
    /// <param name="before">Null is the empty table.</param>
    public async Task<ChangeSet> OpenAsync(Snapshot? before, Snapshot? after, CancellationToken cancel)
    {
        ImmutableArray<FileScanTask> earlier = await FilesAsync(before, cancel).ConfigureAwait(false);
        ImmutableArray<FileScanTask> later = await FilesAsync(after, cancel).ConfigureAwait(false);
        var plan = ChangePlan.Of(earlier, later, store.Resolve);
        return await ChangeSet.OpenAsync(session, store, metadata, plan, schema, identity, cancel).ConfigureAwait(false);
    }

    private async Task<ImmutableArray<FileScanTask>> FilesAsync(Snapshot? snapshot, CancellationToken cancel)
    {
        if (snapshot is null) return [];
        // Steps follow each other: the end of one is the beginning of the next.
        if (_last.Snapshot == snapshot.SnapshotId) return _last.Files;
        ScanPlan plan = await ScanPlanner.PlanAsync(store, metadata, snapshot, schema, ScanOptions.All, cancel).ConfigureAwait(false);
        _last = (snapshot.SnapshotId, plan.Tasks);
        return plan.Tasks;
    }
}

/// <param name="Before">Null is the empty table.</param>
public sealed record ChangeStep(Snapshot? Before, Snapshot After);
