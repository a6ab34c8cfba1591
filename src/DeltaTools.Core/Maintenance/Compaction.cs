using System.Collections.Immutable;
using System.Diagnostics;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Maintenance;

/// <summary>Rewrites data files on the embedded engine: small ones together, deletes applied, by the current partition spec, in order.</summary>
/// <remarks>
/// Rows stay the same, with their row ids. When another writer changes files meanwhile, what is rewritten of other files is kept, and the
/// rest planned anew, as often as <c>commit.retry.num-retries</c> allows.
/// </remarks>
public sealed class Compaction(DuckSession session, IcebergTable table, CompactionOptions options)
{
    /// <summary>The command as snapshots name it.</summary>
    internal const string Command = "Optimize-IcebergTable";

    /// <summary>Groups up to this size are rewritten several at a time. In bytes.</summary>
    private const long SmallGroup = 64L << 20;

    private readonly HashSet<string> _written = [];

    /// <summary>Told about phases, for a log.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Told how many bytes of how many are rewritten, from any thread.</summary>
    public Action<long, long> Progress { get; init; } = (_, _) => { };

    /// <summary>What the compaction would do now. Nothing is written.</summary>
    public async Task<CompactionPlan> PlanAsync(CancellationToken cancel) =>
        (await CompactionPlanner.PlanAsync(table, options, _written, cancel).ConfigureAwait(false)).Plan;

    /// <exception cref="IcebergException">CommitConflict: other writers changed the same files every time; CommitUnknown: it may have happened.</exception>
    public async Task<CompactionResult> RunAsync(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        CompactionResult? result = null;
        IcebergTable current = table;
        while (true)
        {
            PreparedCompaction prepared = await CompactionPlanner.PlanAsync(current, options, _written, cancel).ConfigureAwait(false);
            result ??= new(prepared.Plan, null, 0, 1, default);
            Log(Describe(prepared.Plan));
            if (prepared.Plan.NothingToDo is not null) break;
            if (prepared.Layout.KeepsArrival && NoteAbsence.IsDue(current.Metadata))
            {
                current = (await current.CommitAsync(new NoteAbsence(), cancel).ConfigureAwait(false)).Table;
                continue;
            }
            ImmutableArray<CompactionGroup> batch = options.PartialProgress ? FirstBatch(prepared.Plan.Groups) : prepared.Plan.Groups;
            (result, CommitResult? commit) = await RewriteAsync(prepared, batch, result, cancel).ConfigureAwait(false);
            if (commit is null || batch.Length == prepared.Plan.Groups.Length) break;
            current = commit.Table;
        }
        return result with { Duration = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>Rewrites groups and commits them; null when other writers have left nothing to do.</summary>
    private async Task<(CompactionResult, CommitResult?)> RewriteAsync(
        PreparedCompaction prepared, ImmutableArray<CompactionGroup> pending, CompactionResult result, CancellationToken cancel)
    {
        int retries = TableProperties.Int(prepared.Table.Metadata.Properties, TableProperties.RetryCount, 4);
        List<RewrittenGroup> done = [];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync(prepared, pending, done, cancel).ConfigureAwait(false);
                return await CommitAsync(prepared, done, result with { Attempts = Math.Max(result.Attempts, attempt) }, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt <= retries)
            {
                Log($"attempt {attempt}: {e.Message} Planning anew what it concerns.");
                (prepared, pending) = await PlanRestAsync(prepared.Table, done, cancel).ConfigureAwait(false);
                Log(Describe(prepared.Plan));
            }
            catch (Exception e) when (e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
            {
                await DiscardAsync(prepared.Table, done).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task WriteAsync(PreparedCompaction prepared, ImmutableArray<CompactionGroup> groups, List<RewrittenGroup> done, CancellationToken cancel)
    {
        var writer = new CompactionWriter(session, prepared.Table, prepared.Layout);
        long total = groups.Sum(g => g.Bytes), read = 0;
        foreach (IGrouping<bool, CompactionGroup> some in groups.GroupBy(g => g.Bytes <= SmallGroup).OrderByDescending(g => g.Key))
        {
            var parallel = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = some.Key ? session.Options.EffectiveThreads : 1 };
            await Parallel.ForEachAsync(some, parallel, async (group, token) =>
            {
                ImmutableArray<DataFile> files = await writer.WriteAsync(group, token).ConfigureAwait(false);
                long? sequence = RewrittenGroup.SequenceNumberOf(group, prepared.Head!, prepared.Table.Metadata, prepared.Layout.KeepsArrival);
                lock (done) done.Add(new(group, files, sequence));
                Progress(Interlocked.Add(ref read, group.Bytes), total);
            }).ConfigureAwait(false);
        }
    }

    private async Task<(CompactionResult, CommitResult?)> CommitAsync(
        PreparedCompaction prepared, List<RewrittenGroup> done, CompactionResult result, CancellationToken cancel)
    {
        ImmutableArray<DataFile> deletes = prepared.DeletesWithout(done.Select(d => d.Group));
        if (done.Count == 0 && deletes.IsEmpty) return (result, null);
        ImmutableArray<DataFile> removed = [.. done.SelectMany(d => d.Group.Files).Select(f => f.File)];
        ImmutableArray<DataFile> added = [.. done.SelectMany(d => d.Files)];
        var rewrite = new RewriteFiles(prepared.Head!.SnapshotId)
        {
            RemovedData = removed,
            RemovedDeletes = deletes,
            AddedData = added,
            SequenceNumbers = done.Where(d => d.SequenceNumber is not null)
                .SelectMany(d => d.Files.Select(f => KeyValuePair.Create(f.FilePath, d.SequenceNumber!.Value))).ToImmutableDictionary(),
            Branch = options.Branch,
            Summary = Provenance.Of(Command),
        };
        CommitResult commit = await prepared.Table.CommitAsync([rewrite, new KeepMergeState(options.Branch)], cancel).ConfigureAwait(false);
        _written.UnionWith(added.Select(f => f.FilePath));
        Log($"committed snapshot {commit.Snapshot?.SnapshotId}: {removed.Length} files became {added.Length}, {deletes.Length} delete files went");
        return (result with
        {
            SnapshotId = commit.Snapshot?.SnapshotId,
            Commits = result.Commits + 1,
            FilesRemoved = result.FilesRemoved + removed.Length,
            FilesAdded = result.FilesAdded + added.Length,
            BytesRemoved = result.BytesRemoved + removed.Sum(f => f.FileSizeInBytes),
            BytesAdded = result.BytesAdded + added.Sum(f => f.FileSizeInBytes),
            DeleteFilesRemoved = result.DeleteFilesRemoved + deletes.Length,
        }, commit);
    }

    /// <summary>After a conflict: groups whose files others have changed are dropped, and what then is to be done is planned on the new state.</summary>
    private async Task<(PreparedCompaction, ImmutableArray<CompactionGroup>)> PlanRestAsync(
        IcebergTable old, List<RewrittenGroup> done, CancellationToken cancel)
    {
        IcebergTable current = await old.RefreshAsync(cancel).ConfigureAwait(false);
        HashSet<string> untouched = [.. _written, .. done.SelectMany(d => d.Group.Files).Select(f => f.File.FilePath)];
        PreparedCompaction prepared = await CompactionPlanner.PlanAsync(current, options, untouched, cancel).ConfigureAwait(false);
        List<RewrittenGroup> stale = [.. done.Where(d => !prepared.Holds(d.Group))];
        if (stale.Count == 0) return (prepared, prepared.Plan.Groups);
        await DiscardAsync(current, stale).ConfigureAwait(false);
        done.RemoveAll(stale.Contains);
        untouched.ExceptWith(stale.SelectMany(s => s.Group.Files).Select(f => f.File.FilePath));
        prepared = await CompactionPlanner.PlanAsync(current, options, untouched, cancel).ConfigureAwait(false);
        return (prepared, prepared.Plan.Groups);
    }

    private ImmutableArray<CompactionGroup> FirstBatch(ImmutableArray<CompactionGroup> groups)
    {
        long bytes = 0;
        return [.. groups.TakeWhile((g, i) => (bytes += g.Bytes) <= options.BatchBytes || i == 0)];
    }

    /// <summary>Deletes files that were written and not committed. One that cannot be deleted is an orphan, not an error.</summary>
    private static async Task DiscardAsync(IcebergTable table, IEnumerable<RewrittenGroup> groups)
    {
        try
        {
            await table.Store.DeleteAsync([.. groups.SelectMany(g => g.Files).Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // Remove-IcebergOrphanFile finds them; the error that led here is the one to report.
        }
    }

    private static string Describe(CompactionPlan plan) => plan.NothingToDo
        ?? FormattableString.Invariant($"planned: {plan.InputFiles} of {plan.TotalFiles} data files in {plan.Groups.Length} groups, {plan.InputBytes} bytes, ")
        + FormattableString.Invariant($"become about {plan.ExpectedFiles}; {plan.DeleteFiles} delete files go");
}
