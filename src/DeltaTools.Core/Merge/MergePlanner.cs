using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Finds out what a merge will do: reads what is new in the raw table, settles the newest state of each key, and compares it with
/// the report table. It writes nothing but working tables of the session.</summary>
internal static class MergePlanner
{
    /// <exception cref="IcebergException">ReportDateRefused, SchemaMismatch, NullKey, DeltaRowInvalid, DuplicateKey.</exception>
    public static async Task<PreparedMerge> PlanAsync(
        DuckSession session, IcebergTable target, IcebergTable source, MergeOptions options, CancellationToken cancel)
    {
        Snapshot? head = SnapshotSelection.ByRef(target.Metadata, options.Branch).Snapshot;
        MergeState? state = MergeState.Of(target.Metadata, options.Branch);
        CheckReportDate(target.Name, state, options);
        MergeMode mode = ModeOf(target.Name, state, options);
        options = options with { Mode = mode };
        MergeColumns columns = MergeColumns.Match(source.Metadata.CurrentSchema, target.Metadata.CurrentSchema, options, state?.Key ?? []);
        SourceDrift.Check(source, target.Name, columns, state, options);

        Snapshot? sourceHead = source.Metadata.CurrentSnapshot;
        MergeState next = new(
            options.ReportDate, source.Name, sourceHead?.SnapshotId, source.Metadata.LastSequenceNumber, source.Metadata.CurrentSchemaId,
            [.. columns.Keys.Select(k => k.Target.Name)])
        { Mode = mode };
        MergePlan plan = new()
        {
            Table = target.Name,
            Source = source.Name,
            ReportDate = options.ReportDate,
            Branch = options.Branch,
            Mode = mode,
            BaseSnapshotId = head?.SnapshotId,
            SourceSnapshotId = sourceHead?.SnapshotId,
            Watermark = state?.Watermark,
        };
        var tables = new WorkingTables(session);
        PreparedMerge Nothing(string why, MergeState? then) => new(target, head, plan with { NothingToDo = why }, then, null, [], tables);

        MergeState? since = state is not null && state.Source == source.Name && !options.Rebuild ? state : null;
        if (since is not null && since.SourceSequenceNumber == next.SourceSequenceNumber && since.Watermark == options.ReportDate)
            return Nothing($"The table stands at {Text(since.Watermark)} and nothing was imported since.", null);
        try
        {
            SourceSelection selection = await SourceSelection.PlanAsync(source, sourceHead, columns.Date, since, options.ReportDate, cancel).ConfigureAwait(false);
            if (selection.New.IsEmpty && !options.Rebuild)
                return Nothing($"Nothing was received up to {Text(options.ReportDate)} that the table has not seen.", next);
            LoadedRows rows = await new SourceLoader(session, tables, source, columns, options).LoadAsync(selection, cancel).ConfigureAwait(false);
            MatchedRows matched = await new TargetMatch(session, tables, target, head, columns, options).MatchAsync(rows, cancel).ConfigureAwait(false);
            long ties = rows.Repeats ? await tables.NumberAsync(Newest.Ties(columns, rows.Table), cancel).ConfigureAwait(false) : 0;
            plan = plan with { Late = rows.Late, Ties = ties, SkippedNullKeys = rows.Counts.NullKeys, SourceRows = rows.Counts.Rows };
            plan = await CountAsync(plan, matched, tables, cancel).ConfigureAwait(false);
            (ImmutableArray<FileScanTask> touched, ImmutableArray<MergeFile> files) =
                await TouchedFiles.FindAsync(tables, matched, target.Metadata, cancel).ConfigureAwait(false);
            await new MergeLimits(session, tables, target, head, columns).CheckAsync(plan, options.MaxDeletePercent, cancel).ConfigureAwait(false);
            return new(target, head, plan with { Files = files }, next, matched, touched, tables);
        }
        catch
        {
            await tables.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<MergePlan> CountAsync(MergePlan plan, MatchedRows matched, WorkingTables tables, CancellationToken cancel)
    {
        IEnumerable<string> counts = new[] { MergeActions.Insert, MergeActions.Update, MergeActions.Delete, MergeActions.Keep, MergeActions.Ignore, MergeActions.Retire }
            .Select(action => $"count_if({RowNames.Action} = {action})");
        long[] n = await tables.NumbersAsync($"SELECT {string.Join(", ", counts)} FROM {matched.Table}", cancel).ConfigureAwait(false);
        plan = plan with
        {
            Inserted = n[0],
            Updated = n[1],
            // A version that late rows take back is no deletion of its key.
            Deleted = plan.Mode == MergeMode.Scd2 ? n[5] : n[2] + n[5],
            Removed = n[2],
            Replaced = n[1] + n[5],
            Unchanged = n[3],
            IgnoredTombstones = n[4],
            BytesRead = matched.Scan.Input.Tasks.Sum(t => t.File.FileSizeInBytes),
        };
        return plan.ChangesRows ? plan : plan with
        {
            NothingToDo = $"The {plan.SourceRows} rows that came change nothing: {plan.Unchanged} keys are as they should be, {plan.IgnoredTombstones} deleted keys are not there.",
        };
    }

    /// <summary>A report for an earlier date would be a state that never existed: rows that came later cannot be taken back one by one.</summary>
    private static void CheckReportDate(string table, MergeState? state, MergeOptions options)
    {
        if (state is null || options.ReportDate >= state.Watermark || options.Rebuild) return;
        throw new IcebergException(IcebergErrorKind.ReportDateRefused,
            $"Report date {Text(options.ReportDate)} lies before {Text(state.Watermark)}, the date that table {table} stands at. "
            + "Read the earlier state with Get-IcebergData -ReportDate, or make the table anew as of that date with -Rebuild.");
    }

    /// <summary>What another mode has left in the table, or taken out of it, only a replay can mend.</summary>
    private static MergeMode ModeOf(string table, MergeState? state, MergeOptions options)
    {
        MergeMode mode = options.Mode ?? state?.Mode ?? MergeMode.Upsert;
        if (state is null || options.Rebuild || mode == state.Mode) return mode;
        throw new IcebergException(IcebergErrorKind.MergeRefused,
            $"Table {table} was merged with -Mode {state.Mode} and cannot go on with -Mode {mode}. Leave -Mode out, or make the table anew with -Mode {mode} -Rebuild.");
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
