using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Merge;

/// <summary>Write, audit, publish: merges to a branch of its own, checks the result there, and moves the wanted branch to it only when all holds.</summary>
/// <remarks>
/// <para>Until then readers of the wanted branch see nothing of it, but that columns which the merge adds are the table's: they are there while it is
/// checked, NULL, and taken back when it fails.</para>
/// <para>When the checks fail the branch stays, to be looked at; it expires after a week. When another writer was faster, the merge is planned
/// and checked anew.</para>
/// </remarks>
public sealed class AuditedMerge(DuckSession session, IcebergTable target, IcebergTable source, MergeOptions options, MergeChecks checks) : IMergeEngine
{
    private static readonly TimeSpan s_keptFor = TimeSpan.FromDays(7);
    private EmbeddedMerge? _merge;
    private string _branch = "";

    public string Name => "Embedded";

    /// <inheritdoc cref="EmbeddedMerge.Log"/>
    public Action<string> Log { get; init; } = _ => { };

    public async Task<MergePlan> PlanAsync(CancellationToken cancel)
    {
        if (options.SchemaEvolution == Deltas.SchemaEvolution.None) Rules.CheckColumns(target.Metadata.CurrentSchema);
        return await Begin(target).PlanAsync(cancel).ConfigureAwait(false);
    }

    public async Task<MergeSummary> ApplyAsync(CancellationToken cancel)
    {
        int retries = TableProperties.Int(target.Metadata.Properties, TableProperties.RetryCount, 4);
        for (int attempt = 1; ; attempt++)
        {
            EmbeddedMerge merge = _merge ??= Begin(attempt == 1 ? target : await target.RefreshAsync(cancel).ConfigureAwait(false));
            MergeSummary merged = await merge.ApplyAsync(cancel).ConfigureAwait(false);
            await DisposeAsync().ConfigureAwait(false);
            if (merged.SnapshotId is not { } made) return merged;
            IcebergTable staged = await target.RefreshAsync(cancel).ConfigureAwait(false);
            try
            {
                await CheckAsync(staged, merged.Plan, made, cancel).ConfigureAwait(false);
            }
            catch when (merge.TakeBack is not null)
            {
                await staged.CommitAsync(merge.TakeBack, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
            try
            {
                await PublishAsync(staged, merged.Plan, made, cancel).ConfigureAwait(false);
                return merged with { Attempts = merged.Attempts + attempt - 1 };
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && !e.Retryable)
            {
                // What was made on the state before is of no use to anybody.
                IcebergTable now = await staged.RefreshAsync(cancel).ConfigureAwait(false);
                await now.CommitAsync(merge.TakeBack is { } takeBack ? [new RemoveRef(_branch), takeBack] : [new RemoveRef(_branch)], cancel).ConfigureAwait(false);
                if (attempt > retries) throw;
                Log($"attempt {attempt}: {e.Message} Planning anew.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_merge is { } merge) await merge.DisposeAsync().ConfigureAwait(false);
        _merge = null;
    }

    private MergeRules Rules => new(session, checks, options);

    private EmbeddedMerge Begin(IcebergTable table)
    {
        _branch = string.Create(CultureInfo.InvariantCulture, $"audit_{options.ReportDate:yyyy-MM-dd}_{Guid.NewGuid().ToString("N")[..8]}");
        return _merge = new EmbeddedMerge(session, table, source, options) { Log = Log, AuditBranch = (_branch, s_keptFor) };
    }

    private async Task CheckAsync(IcebergTable staged, MergePlan plan, long made, CancellationToken cancel)
    {
        Snapshot result = staged.Metadata.Snapshot(made)!;
        Snapshot? before = plan.BaseSnapshotId is { } id ? staged.Metadata.Snapshot(id) : null;
        ImmutableArray<string> failures = await Rules.FailuresAsync(staged, result, before, plan.Mode, cancel).ConfigureAwait(false);
        if (checks.Custom is { } custom && await custom(plan, _branch, cancel).ConfigureAwait(false) is { } own) failures = failures.Add(own);
        if (failures.IsEmpty)
        {
            Log($"checked on branch {_branch}");
            return;
        }
        throw new IcebergException(IcebergErrorKind.MergeRefused,
            $"The merge did not pass its checks: {string.Join("; ", failures)}. Nothing was published, {plan.Branch} of {target.Name} stands where it stood. "
            + $"The result is on branch {_branch}: see it with Get-IcebergData {target.Name} {(plan.SchemaChanges.IsEmpty ? $"-Ref {_branch}" : FormattableString.Invariant($"-SnapshotId {made}"))}, "
            + $"and remove it with Remove-IcebergRef {target.Name} -Name {_branch}.");
    }

    private async Task PublishAsync(IcebergTable staged, MergePlan plan, long made, CancellationToken cancel)
    {
        MergeState state = MergeState.Of(staged.Metadata, _branch)!;
        try
        {
            await staged.CommitAsync(
                [
                    new ExpectMergeState(plan.Branch, MergeState.Of(staged.Metadata, plan.Branch)), new FastForward(plan.Branch, plan.BaseSnapshotId, made),
                    new RemoveRef(_branch), new NoteMergeState(plan.Branch, state),
                ], cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitUnknown)
        {
            IcebergTable now = await staged.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
            if (!Ancestry.Of(now.Metadata, now.Metadata.Refs.GetValueOrDefault(plan.Branch)?.SnapshotId).Any(s => s.SnapshotId == made)) throw;
        }
    }
}
