using System.Diagnostics;
using System.Text;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Merges on Athena: the rows stay there; what is read here is metadata and counts.</summary>
/// <remarks>
/// Athena cannot note in its commit how far the table is merged. So the merge is announced before (<see cref="PendingMerge"/>) and noted in a
/// property after. The statement itself looks whether the table still is as planned, and does nothing if not. A conflict with another writer, a commit
/// that Athena gave up, or a statement of which is not sure that it changed rows, is planned anew: a merge that landed leaves nothing to do.
/// </remarks>
public sealed class AthenaMerge(AthenaSession session, IcebergTable target, IcebergTable source, MergeOptions options) : IMergeEngine
{
    /// <summary>Most bytes of a statement.</summary>
    private const int LongestStatement = 262_144;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly AthenaStatistics _before = session.Total;
    private AthenaPlan? _prepared;
    private bool _looks = true;

    public string Name => "Athena";

    /// <summary>Told about phases, for a log.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Told what the user should know although the merge goes on.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Why a merge cannot be done on Athena; null when it can.</summary>
    public static string? Obstacle(IcebergTable target, IcebergTable source, MergeOptions options) => true switch
    {
        _ when target.Catalog is not GlueCatalog => "the report table is not in a Glue catalog",
        _ when !ReferenceEquals(source.Catalog, target.Catalog) => "the raw table is not in the same Glue catalog",
        _ when target.Metadata.FormatVersion > GlueCatalog.AthenaFormatVersion || source.Metadata.FormatVersion > GlueCatalog.AthenaFormatVersion =>
            "Athena works with format version 2 only",
        _ when options.Branch != SnapshotRef.Main => "Athena writes to main only",
        _ when (options.Mode ?? MergeState.Of(target.Metadata, options.Branch)?.Mode ?? MergeMode.Upsert) is var mode && mode != MergeMode.Upsert =>
            $"-Mode {mode} is done by the embedded engine only",
        _ when options.SchemaEvolution != Deltas.SchemaEvolution.None => "-SchemaEvolution is done by the embedded engine only",
        _ when LaterColumns.First(source.Metadata) is { } later =>
            $"the raw table has rows from before its column '{later}', which the embedded engine tells from NULLs",
        _ => Obstacle(MergeOpening.Of(target, source, options)),
    };

    private static string? Obstacle(MergeOpening opening) =>
        opening.Renews ? "the versions that -Mode Scd2 left are taken out by the embedded engine only"
        : opening.Replays ? "the report table has got columns since its last merge, whose history the embedded engine plays" : null;

    public async Task<MergePlan> PlanAsync(CancellationToken cancel)
    {
        if (Obstacle(target, source, options) is { } obstacle) throw IcebergException.Unsupported($"The merge cannot run on Athena: {obstacle}. Use -Engine Embedded.");
        _prepared = await PlanAsync(target, cancel).ConfigureAwait(false);
        return _prepared.Plan;
    }

    public async Task<MergeSummary> ApplyAsync(CancellationToken cancel)
    {
        if (_prepared is null) await PlanAsync(cancel).ConfigureAwait(false);
        var retry = new CommitRetry(target.Metadata);
        AthenaPlan first = _prepared!, plan = first;
        while (true)
        {
            try
            {
                return await ApplyAsync(plan, retry.Attempts, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict)
            {
                Log($"attempt {retry.Attempts}: {e.Message}");
                bool again = await retry.WaitAsync(cancel).ConfigureAwait(false);
                IcebergTable now = await target.RefreshAsync(cancel).ConfigureAwait(false);
                plan = await PlanAsync(now, cancel).ConfigureAwait(false);
                // The commit that was called failed may have happened; that is looked for also when there is to be no other attempt.
                if (!plan.Plan.ChangesRows && Landed(now, first) is { } landed)
                    return await FinishAsync(first with { Target = now }, landed, retry.Attempts, cancel).ConfigureAwait(false);
                if (!again) throw;
            }
            first = plan;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<AthenaPlan> PlanAsync(IcebergTable table, CancellationToken cancel)
    {
        IcebergTable raw = await SourceTable.NotBehindAsync(source, table, options.Branch, cancel).ConfigureAwait(false);
        MergeOpening opening = MergeOpening.Of(table, raw, options);
        if (opening.NothingToDo is { } reason) return new(table, opening.Plan with { NothingToDo = reason }, null, null, 1);
        CheckKeys(opening.Columns);
        AthenaSource rows = await AthenaSource.PlanAsync(raw, opening, options, Log, cancel).ConfigureAwait(false);
        if (rows.IsEmpty && !options.Rebuild)
            return new(table, opening.Plan with { NothingToDo = MergeOpening.NothingReceived(options) }, opening.Next, null, 1);
        var sql = new AthenaMergeSql(opening, rows, table, options);
        var partitions = new AthenaPartitions(table.Metadata.DefaultSpec, table.Metadata.CurrentSchema);
        (MergePlan plan, long values) = await new AthenaMergePlanner(RunAsync, sql, opening, options, raw.Name).CountAsync(partitions, cancel).ConfigureAwait(false);
        PlanGuard.CheckSame(options.Approved, plan);
        MergeLimits.Check(table.Name, opening.Head, plan, options.MaxDeletePercent);
        int batches = partitions.Batches(values, plan.Inserted + plan.Updated);
        plan = plan with { BytesRead = Spent.BytesScanned };
        Log(FormattableString.Invariant($"planned: {plan.Inserted} inserts, {plan.Updated} updates, {plan.Deleted} deletes, {plan.Unchanged} unchanged, {plan.Late} late; {batches} statements"));
        return new(table, plan, opening.Next, sql, batches);
    }

    private async Task<MergeSummary> ApplyAsync(AthenaPlan plan, int attempt, CancellationToken cancel)
    {
        if (!plan.Plan.ChangesRows)
        {
            if (plan.Next is { } seen) await plan.Target.CommitAsync(new NoteMergeState(options.Branch, seen), cancel).ConfigureAwait(false);
            return new(plan.Plan, null, 0, 0, 0, Stopwatch.GetElapsedTime(_start), attempt) { Athena = Spent };
        }
        await plan.Target.CommitAsync(
            new AnnounceMerge(options.Branch, plan.Pending), cancel).ConfigureAwait(false);
        bool changed = plan.Batches == 1
            ? await LookAndChangeAsync(looks => plan.Sql!.Merge(looks), "merge", cancel).ConfigureAwait(false) : await RunBatchesAsync(plan, cancel).ConfigureAwait(false);
        // From here on the rows are there; being cancelled must not lose the note.
        IcebergTable now = await plan.Target.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        Snapshot made = (changed ? Made(now, plan) : null) ?? throw new IcebergException(IcebergErrorKind.CommitConflict,
            $"Athena's merge to {target.Name} ran, but it is not sure that it did what was planned: another writer may have changed the table before. Look at Get-IcebergHistory, and run the merge again: it changes nothing that is right already.");
        return await FinishAsync(plan with { Target = now }, made, attempt, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Runs a MERGE that looks at the table's head; without the look where that is refused.</summary>
    /// <param name="sql">Gets whether to look.</param>
    /// <returns>Whether it is sure that the statement changed rows.</returns>
    private async Task<bool> LookAndChangeAsync(Func<bool, string> sql, string purpose, CancellationToken cancel)
    {
        try
        {
            return await ChangeAsync(sql(_looks), purpose, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (_looks && AthenaErrors.Is(e, AthenaMergeSql.Refs))
        {
            // Who governs the data may have shut the tables about a table.
            Log($"The statement cannot look whether the table still is as planned, and does without: {e.Message}");
            _looks = false;
            return await ChangeAsync(sql(false), purpose, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a MERGE.</summary>
    /// <returns>Whether it is sure that it changed rows: Athena counts them.</returns>
    private async Task<bool> ChangeAsync(string sql, string purpose, CancellationToken cancel)
    {
        AthenaExecution done = await RunAsync(sql, purpose, cancel).ConfigureAwait(false);
        try
        {
            return await done.UpdateCountAsync(CancellationToken.None).ConfigureAwait(false) > 0;
        }
        catch (IcebergException e)
        {
            Log($"How many rows query {done.QueryId} changed cannot be read: {e.Message}");
            return false;
        }
    }

    /// <returns>Whether it is sure that every statement changed rows.</returns>
    private async Task<bool> RunBatchesAsync(AthenaPlan plan, CancellationToken cancel)
    {
        Warn(FormattableString.Invariant($"The merge writes to more than {AthenaPartitions.Limit} partitions, so Athena does it in {plan.Batches} statements, each a commit of its own: ")
            + "readers may see a part of it. If one fails, run the merge again. -Engine Embedded does it in one commit.");
        await using var staging = new AthenaStaging((GlueCatalog)target.Catalog!, target, Warn);
        var partitions = new AthenaPartitions(plan.Target.Metadata.DefaultSpec, plan.Target.Metadata.CurrentSchema);
        await RunAsync(plan.Sql!.Stage(staging.Table, staging.Location, partitions), "staging", cancel).ConfigureAwait(false);
        bool changed = true;
        for (int batch = 0; batch < plan.Batches; batch++)
        {
            int part = batch;
            IcebergTable now = await plan.Target.RefreshAsync(cancel).ConfigureAwait(false);
            if (!IsOnlyMerge(now, plan))
                throw new IcebergException(IcebergErrorKind.CommitConflict, $"Another merge or maintenance came between the statements of the merge to {target.Name}.");
            changed &= await LookAndChangeAsync(looks => plan.Sql.Merge(staging.Table, part, now.Metadata.CurrentSnapshotId, looks),
                FormattableString.Invariant($"merge {batch + 1} of {plan.Batches}"), cancel).ConfigureAwait(false);
        }
        return changed;
    }

    private async Task<MergeSummary> FinishAsync(AthenaPlan plan, Snapshot made, int attempt, CancellationToken cancel)
    {
        try
        {
            await plan.Target.CommitAsync(new NoteMergeState(options.Branch, plan.Next!) { SnapshotId = made.SnapshotId }, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e)
        {
            Warn($"The merge is done, but how far the table is merged could not be noted ({e.Message}). Run the merge again: it changes nothing that is right already.");
        }
        long Number(string key) => TableProperties.Long(made.Summary, key, 0);
        return new(plan.Plan with { BytesRead = Spent.BytesScanned }, made.SnapshotId,
            (int)(Number("added-data-files") + Number("added-delete-files")), (int)(Number("deleted-data-files") + Number("removed-delete-files")),
            Number("added-files-size"), Stopwatch.GetElapsedTime(_start), attempt)
        { Athena = Spent };
    }

    /// <summary>The snapshot of a merge of which is known that it changed rows; null when others changed the table too, so that it cannot be told.</summary>
    private Snapshot? Made(IcebergTable now, AthenaPlan plan)
    {
        IReadOnlyList<Snapshot> since = Since(now, plan);
        if (plan.Batches > 1) return since.Count > 0 && IsOnlyMerge(now, plan) ? since[0] : null;
        return since is [var only] && IsForeign(only) && AddsWhatIsPlanned(only, plan) ? only : null;
    }

    /// <summary>The snapshot that shows a plan carried out, once nothing of it is left to do; null when there is none that Athena can have made.</summary>
    private static Snapshot? Landed(IcebergTable now, AthenaPlan plan)
    {
        if (!plan.Plan.ChangesRows) return null;
        Snapshot[] since = [.. Since(now, plan).Where(IsForeign)];
        // The statement looks at the table, so its snapshot is the first after the plan.
        return (plan.Batches > 1 ? null : since.LastOrDefault(s => AddsWhatIsPlanned(s, plan))) ?? since.FirstOrDefault();
    }

    /// <summary>Whether an announced merge is the only one since its plan: rows of an earlier date must not come over those of a later one.</summary>
    private bool IsOnlyMerge(IcebergTable now, AthenaPlan plan)
    {
        string noted = MergeState.PropertyOf(options.Branch);
        // A merge of Athena's shows in the properties, any other in its snapshot.
        return now.Metadata.Properties.GetValueOrDefault(PendingMerge.PropertyOf(options.Branch)) == plan.Pending.ToProperty()
            && now.Metadata.Properties.GetValueOrDefault(noted) == plan.Target.Metadata.Properties.GetValueOrDefault(noted)
            && Ancestry.Since(now.Metadata, plan.Plan.BaseSnapshotId, now.Metadata.CurrentSnapshotId)?.All(IsForeign) == true;
    }

    /// <summary>What was committed after the plan, newest first.</summary>
    private static IReadOnlyList<Snapshot> Since(IcebergTable now, AthenaPlan plan) =>
        Ancestry.Since(now.Metadata, plan.Plan.BaseSnapshotId, now.Metadata.CurrentSnapshotId) ?? [];

    /// <summary>Whether a snapshot is not one of this program's own commits; those of Athena are not.</summary>
    private static bool IsForeign(Snapshot snapshot) => !snapshot.Summary.ContainsKey(Provenance.Command);

    private static bool AddsWhatIsPlanned(Snapshot snapshot, AthenaPlan plan) =>
        TableProperties.Long(snapshot.Summary, SnapshotSummary.AddedRecords, 0) == plan.Plan.Inserted + plan.Plan.Updated;

    private Task<AthenaExecution> RunAsync(string sql, string purpose, CancellationToken cancel) => Encoding.UTF8.GetByteCount(sql) is var bytes && bytes <= LongestStatement
        ? session.RunAsync(new AthenaStatement(sql) { Purpose = $"{purpose} of {target.Name}", Database = target.Identifier!.NamespaceText }, cancel)
        : throw IcebergException.Unsupported(FormattableString.Invariant(
            $"The statement for {target.Name} has {bytes} bytes, more than the {LongestStatement} that Athena takes. Use -Engine Embedded, or name fewer columns with -UpdateColumn."));

    private AthenaStatistics Spent => session.Total.Since(_before);

    /// <summary>NaN equals nothing in Athena's joins, and two zeros are one; such keys would be matched otherwise than by the embedded engine.</summary>
    private static void CheckKeys(MergeColumns columns)
    {
        if (columns.Keys.FirstOrDefault(k => k.Target.Type.Id is TypeId.Float or TypeId.Double) is { } key)
            throw IcebergException.Unsupported($"Key column '{key.Target.Name}' is a {key.Target.Type}, by which Athena cannot match exactly. Use -Engine Embedded.");
    }
}

/// <summary>A planned merge.</summary>
/// <param name="Next">Where the table stands afterwards; null when it stands there already.</param>
/// <param name="Sql">Null when nothing has to be compared.</param>
/// <param name="Batches">Statements that it takes.</param>
internal sealed record AthenaPlan(IcebergTable Target, MergePlan Plan, MergeState? Next, AthenaMergeSql? Sql, int Batches)
{
    /// <summary>The announcement of a merge that changes rows.</summary>
    public PendingMerge Pending => new(Next!, Plan.BaseSnapshotId);
}
