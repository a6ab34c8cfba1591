using System.Collections.Immutable;
using System.Diagnostics;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Maintenance;

/// <summary>Takes old snapshots out of a table, then deletes the files that only they needed.</summary>
/// <remarks>How far branches are merged and what was imported outlives the snapshots. Nothing is deleted before the commit has landed; what is left
/// behind when the process dies in between is orphaned, and harms nobody.</remarks>
public sealed class SnapshotExpiry(IcebergTable table, ExpireSnapshots options)
{
    /// <summary>Told about phases, for a log.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>What would expire now, and which files would go with it. Nothing is changed.</summary>
    /// <exception cref="IcebergException">SnapshotReferenced, SnapshotNotFound; InvalidArgument: <c>gc.enabled</c> is false; Corrupt: a manifest
    /// cannot be read, so that nobody can tell which files are needed.</exception>
    public async Task<SnapshotExpiryPlan> PlanAsync(CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        ExpirePlan plan = options.Plan(metadata);
        TableMetadata after = MetadataUpdates.Apply(metadata, options.Apply(metadata), TableClock.Now(metadata));
        return new(plan.SnapshotIds, plan.Refs, after, await UnreachableFiles.FindAsync(table.Store, metadata, after, cancel).ConfigureAwait(false));
    }

    /// <exception cref="IcebergException">As for <see cref="PlanAsync"/>; CommitConflict, CommitUnknown: nothing was deleted; StorageFailed,
    /// AccessDenied: the snapshots have expired, but not all files could be deleted.</exception>
    public async Task<SnapshotExpiryResult> RunAsync(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        CommitResult commit = await table.CommitAsync(new ExpireAndRemember(options), cancel).ConfigureAwait(false);
        TableMetadata before = commit.Before, after = commit.Table.Metadata;
        ImmutableArray<long> expired = [.. before.Snapshots.Select(s => s.SnapshotId).Except(after.Snapshots.Select(s => s.SnapshotId))];
        ImmutableArray<string> refs = [.. before.Refs.Keys.Except(after.Refs.Keys)];
        Log($"expired {expired.Length} of {before.Snapshots.Length} snapshots");
        UnreachableFiles files = await UnreachableFiles.FindAsync(table.Store, before, after, cancel).ConfigureAwait(false);
        var result = new SnapshotExpiryResult(new(expired, refs, after, files), default);
        Log($"deleting {result.Plan.FileCount} files");
        try
        {
            await table.Store.DeleteAsync([.. files.Locations], cancel).ConfigureAwait(false);
        }
        catch (IcebergException e)
        {
            throw new IcebergException(e.Kind, $"{expired.Length} snapshots of {table.Name} have expired, but not all of their files could be deleted: "
                + $"{e.Message} Remove-IcebergOrphanFile finds the rest.", e);
        }
        return result with { Duration = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>Notes how far every branch is merged before the snapshots go that tell it.</summary>
    private sealed record ExpireAndRemember(ExpireSnapshots Expire) : MetadataAction
    {
        public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
        {
            ImmutableArray<TableUpdate> expired = Expire.Apply(metadata);
            if (expired.IsEmpty) return [];
            ImmutableArray<string> going = Expire.Plan(metadata).Refs;
            return
            [
                .. metadata.Refs.Where(r => r.Value.Type == SnapshotRefType.Branch && !going.Contains(r.Key)).SelectMany(r => new KeepMergeState(r.Key).Apply(metadata)),
                .. expired,
            ];
        }
    }
}

/// <summary>What an expiry takes away.</summary>
/// <param name="After">The table's metadata after it.</param>
/// <param name="Files">The files that nothing needs then.</param>
public sealed record SnapshotExpiryPlan(ImmutableArray<long> SnapshotIds, ImmutableArray<string> Refs, TableMetadata After, UnreachableFiles Files)
{
    public int Retained => After.Snapshots.Length;

    public int FileCount => Files.Locations.Count();

    /// <summary>Of data files, delete files and manifests, in bytes.</summary>
    public long Bytes => Files.Files.Sum(f => f.FileSizeInBytes) + Files.MetadataBytes;

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? NothingToDo => !SnapshotIds.IsEmpty || !Refs.IsEmpty ? null
        : After.Snapshots.IsEmpty ? "The table has no snapshots." : "All snapshots are young enough, or needed by a branch or tag.";
}

/// <param name="Plan">What was taken away.</param>
public sealed record SnapshotExpiryResult(SnapshotExpiryPlan Plan, TimeSpan Duration);
