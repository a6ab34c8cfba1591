using System.Diagnostics;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>OPTIMIZE and VACUUM on Athena, repeated while Athena says that there is more to do.</summary>
/// <param name="budget">How often they are run at most.</param>
public sealed class AthenaMaintenance(AthenaSession session, IcebergTable table, int budget = AthenaMaintenance.DefaultBudget)
{
    public const int DefaultBudget = 20;
    private const int ConflictRetries = 4;

    /// <summary>Told what the user should know although the work goes on.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Rewrites small files and applies deletes.</summary>
    /// <param name="where">Rows whose files are rewritten; over partition columns only.</param>
    /// <exception cref="IcebergException">InvalidArgument: the condition looks at other columns.</exception>
    public Task<AthenaMaintenanceResult> OptimizeAsync(Predicate where, CancellationToken cancel)
    {
        Predicate bound = Binder.Bind(where, table.Metadata.CurrentSchema);
        HashSet<int> partitioned = [.. table.Metadata.DefaultSpec.Fields.Select(f => f.SourceId)];
        if (MetricsFilter.FieldsOf(bound).FirstOrDefault(id => !partitioned.Contains(id)) is var id and > 0)
        {
            throw IcebergException.Invalid(
                $"On Athena -Where takes partition columns only, and {table.Metadata.CurrentSchema.NameOf(id)} is none. Use -Engine Embedded.");
        }
        string condition = bound == Predicate.True ? "" : $" WHERE {AthenaFilter.Render(bound, table.Metadata.CurrentSchema)}";
        return KeptAsync($"OPTIMIZE {AthenaSql.PlainTable(table.Identifier!)} REWRITE DATA USING BIN_PACK{condition}", "OPTIMIZE", cancel);
    }

    /// <summary>Expires snapshots by the table's <c>vacuum_</c> properties, and removes files that nothing refers to.</summary>
    public async Task<AthenaMaintenanceResult> VacuumAsync(CancellationToken cancel)
    {
        // What the table stands at may be told by snapshots that go.
        await table.CommitAsync(new KeepMergeState(SnapshotRef.Main), cancel).ConfigureAwait(false);
        return await RepeatAsync($"VACUUM {AthenaSql.PlainTable(table.Identifier!)}", "VACUUM", cancel).ConfigureAwait(false);
    }

    private async Task<AthenaMaintenanceResult> KeptAsync(string sql, string what, CancellationToken cancel)
    {
        AthenaMaintenanceResult done = await RepeatAsync(sql, what, cancel).ConfigureAwait(false);
        CommitResult kept = await done.After.CommitAsync(new KeepMergeState(SnapshotRef.Main), cancel).ConfigureAwait(false);
        return done with { After = kept.Table };
    }

    private async Task<AthenaMaintenanceResult> RepeatAsync(string sql, string what, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        AthenaStatistics before = session.Total;
        int conflicts = 0;
        for (int run = 1; ; run++)
        {
            bool more = false;
            try
            {
                await session.RunAsync(new AthenaStatement(sql) { Purpose = $"{what} of {table.Name}" }, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e) when (AthenaErrors.Is(e, AthenaErrors.MoreRuns))
            {
                more = true;
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && ++conflicts <= ConflictRetries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(2, conflicts) * (0.5 + Random.Shared.NextDouble())), cancel).ConfigureAwait(false);
                run--;
                continue;
            }
            if (more && run < budget) continue;
            if (more) Warn($"{what} of {table.Name} was run {run} times and there is more to do. Run the command again.");
            IcebergTable now = await table.RefreshAsync(cancel).ConfigureAwait(false);
            return new(table, now, run, !more, session.Total.Since(before), Stopwatch.GetElapsedTime(start));
        }
    }
}

/// <summary>What maintenance on Athena did.</summary>
/// <param name="Runs">How often the statement was run.</param>
/// <param name="IsDone">False when Athena would have had more to do.</param>
public sealed record AthenaMaintenanceResult(IcebergTable Before, IcebergTable After, int Runs, bool IsDone, AthenaStatistics Statistics, TimeSpan Duration)
{
    /// <summary>What went of the table's snapshots; which files went with them is Athena's to know.</summary>
    public SnapshotExpiryPlan Expired => new(
        [.. Before.Metadata.Snapshots.Select(s => s.SnapshotId).Where(id => After.Metadata.Snapshot(id) is null)],
        [.. Before.Metadata.Refs.Keys.Where(name => !After.Metadata.Refs.ContainsKey(name))], After.Metadata, UnreachableFiles.None);
}
