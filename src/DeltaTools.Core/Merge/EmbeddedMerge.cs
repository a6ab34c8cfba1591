using System.Collections.Immutable;
using System.Diagnostics;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Merge;

/// <summary>Merges on the embedded engine: plan, write, commit; planned anew when another writer changed the table meanwhile.</summary>
public sealed class EmbeddedMerge(DuckSession session, IcebergTable target, IcebergTable source, MergeOptions options) : IMergeEngine
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private PreparedMerge? _prepared;

    public string Name => "Embedded";

    /// <summary>Told about phases, for a log: <c>planned: 3 inserts ...</c>.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>A new branch that gets the result instead, and how long it is kept; null: the result goes where the options say.</summary>
    internal (string Name, TimeSpan KeptFor)? AuditBranch { get; init; }

    /// <summary>After a merge that gave the table columns, what takes them back; else null.</summary>
    internal TakeBackSchema? TakeBack { get; private set; }

    public async Task<MergePlan> PlanAsync(CancellationToken cancel)
    {
        await DisposeAsync().ConfigureAwait(false);
        _prepared = await MergePlanner.PlanAsync(session, target, source, options, cancel).ConfigureAwait(false);
        Log(Describe(_prepared.Plan));
        return _prepared.Plan;
    }

    public async Task<MergeSummary> ApplyAsync(CancellationToken cancel)
    {
        if (_prepared is null) await PlanAsync(cancel).ConfigureAwait(false);
        int retries = TableProperties.Int(target.Metadata.Properties, TableProperties.RetryCount, 4);
        for (int attempt = 1; ; attempt++)
        {
            // After the first conflict other writers wait until this merge is done, or it might never be its turn.
            using IDisposable? turn = attempt == 1 ? null : await target.TakeTurnAsync(cancel).ConfigureAwait(false);
            PreparedMerge merge = attempt == 1 ? _prepared! : await MergePlanner.PlanAsync(
                session, await target.RefreshAsync(cancel).ConfigureAwait(false), source, options, cancel).ConfigureAwait(false);
            _prepared = null;
            await using (merge.ConfigureAwait(false))
            {
                if (attempt > 1) Log(Describe(merge.Plan));
                try
                {
                    return await ApplyAsync(merge, attempt, turn is not null, cancel).ConfigureAwait(false);
                }
                catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt <= retries)
                {
                    Log($"attempt {attempt}: {e.Message} Planning anew.");
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_prepared is { } prepared) await prepared.DisposeAsync().ConfigureAwait(false);
        _prepared = null;
    }

    private async Task<MergeSummary> ApplyAsync(PreparedMerge merge, int attempt, bool hasTurn, CancellationToken cancel)
    {
        MergePlan plan = merge.Plan;
        if (!plan.ChangesRows)
        {
            if (merge.Next is { } seen)
                await merge.Target.CommitAsync([.. Before(merge), new NoteMergeState(options.Branch, seen)], hasTurn, cancel).ConfigureAwait(false);
            return new(plan, null, 0, 0, 0, Stopwatch.GetElapsedTime(_start), attempt);
        }
        MergeFiles files = await new MergeWriter(session, merge).WriteAsync(cancel).ConfigureAwait(false);
        Log($"wrote {files.AddedData.Length} data files and {files.AddedDeletes.Length} delete files, {files.BytesWritten} bytes");
        try
        {
            CommitResult result = await merge.Target.CommitAsync(
                [.. Before(merge), .. Rows(merge, Delta(merge, files, Stopwatch.GetElapsedTime(_start)))], hasTurn, cancel).ConfigureAwait(false);
            TakeBack = merge.ChangesSchema ? new TakeBackSchema(result.Table.Metadata.CurrentSchemaId, merge.FromSchemaId) : null;
            return new(
                plan, result.Snapshot!.SnapshotId, files.AddedData.Length + files.AddedDeletes.Length,
                files.RemovedData.Length + files.RemovedDeletes.Length, files.BytesWritten, Stopwatch.GetElapsedTime(_start), attempt);
        }
        catch (Exception e) when (e is not IcebergException { Kind: IcebergErrorKind.CommitUnknown })
        {
            await merge.Target.Store.DeleteAsync(files.NewLocations, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private ImmutableArray<TableAction> Rows(PreparedMerge merge, RowDelta delta)
    {
        if (AuditBranch is not { } audit) return [delta, new NoteMergeState(options.Branch, merge.Next!)];
        delta = delta with { Branch = audit.Name, MakesBranch = true };
        return merge.Head is null ? [delta] : [new SetRef(audit.Name, SnapshotRef.Branch(merge.Head.SnapshotId) with { MaxRefAge = audit.KeptFor }), delta];
    }

    /// <summary>Columns come in the same commit as the first rows that fill them.</summary>
    private ImmutableArray<TableAction> Before(PreparedMerge merge)
    {
        var expect = new ExpectMergeState(options.Branch, merge.State);
        return merge.ChangesSchema ? [expect, new AdoptSchema(merge.FromSchemaId, merge.Target.Metadata.CurrentSchema)] : [expect];
    }

    private RowDelta Delta(PreparedMerge merge, MergeFiles files, TimeSpan elapsed)
    {
        ImmutableSortedDictionary<string, string> summary = Provenance.Of("Invoke-IcebergMerge")
            .SetItems(merge.Next!.ToSummary())
            .SetItems(MergeSummary.Entries(merge.Plan, merge.Head, files.BytesWritten, elapsed));
        return new RowDelta(merge.Head?.SnapshotId)
        {
            AddedData = files.AddedData,
            AddedDeletes = files.AddedDeletes,
            RemovedData = files.RemovedData,
            RemovedDeletes = files.RemovedDeletes,
            Branch = options.Branch,
            Summary = summary,
        };
    }

    private static string Describe(MergePlan plan) => plan.NothingToDo
        ?? FormattableString.Invariant($"planned: {plan.Inserted} inserts, {plan.Updated} updates, {plan.Deleted} deletes in {plan.Files.Length} files ")
        + FormattableString.Invariant($"({plan.Files.Count(f => f.Rewritten)} rewritten); {plan.Unchanged} unchanged, {plan.Late} late, {plan.Ties} ties");
}
