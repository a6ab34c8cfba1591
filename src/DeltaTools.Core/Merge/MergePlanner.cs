using System.Collections.Immutable;
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
        source = await SourceTable.NotBehindAsync(source, target, options.Branch, cancel).ConfigureAwait(false);
        int schemaId = target.Metadata.CurrentSchemaId;
        MergeOpening opening = MergeOpening.Of(target, source, options);
        target = opening.Target;
        (Snapshot? head, MergeColumns columns, MergeState next, MergePlan plan) = (opening.Head, opening.Columns.WithAbsent(source.Metadata), opening.Next, opening.Plan);
        options = opening.Options;
        var tables = new WorkingTables(session);
        PreparedMerge Nothing(string why, MergeState? then) =>
            new(target, head, plan with { NothingToDo = why }, then, null, [], tables) { FromSchemaId = schemaId, State = opening.State };

        if (opening.NothingToDo is { } reason) return Nothing(reason, opening.ChangesSchema ? opening.Next : null);
        try
        {
            SourceSelection selection = await SourceSelection.PlanAsync(
                source, opening.SourceHead, columns.Date, opening.Since, options.ReportDate, cancel).ConfigureAwait(false);
            selection = selection with { Replays = opening.Replays };
            if (selection.New.IsEmpty && !options.Rebuild)
                return Nothing(MergeOpening.NothingReceived(options), next);
            LoadedRows rows = await new SourceLoader(session, tables, source, columns, options).LoadAsync(selection, cancel).ConfigureAwait(false);
            MatchedRows matched = await new TargetMatch(session, tables, target, head, columns, options) { Renews = opening.Renews }
                .MatchAsync(rows, cancel).ConfigureAwait(false);
            long ties = rows.Repeats ? await tables.NumberAsync(Newest.Ties(columns, rows.Table), cancel).ConfigureAwait(false) : 0;
            plan = plan with { Late = rows.Late, Ties = ties, SkippedNullKeys = rows.Counts.NullKeys, SourceRows = rows.Counts.Rows };
            plan = await CountAsync(plan, matched, tables, cancel).ConfigureAwait(false);
            // All rows are taken out, past versions too; only keys that do not come again are deleted.
            if (opening.Renews)
                plan = plan with { Deleted = await tables.NumberAsync(matched.Sql.Vanished(matched.Table, opening.WasCurrent), cancel).ConfigureAwait(false) };
            (ImmutableArray<FileScanTask> touched, ImmutableArray<MergeFile> files) =
                await TouchedFiles.FindAsync(tables, matched, target.Metadata, cancel).ConfigureAwait(false);
            if (plan.Inserted + plan.Replaced > 0)
            {
                HashSet<string> rewritten = [.. files.Where(f => f.Rewritten).Select(f => f.Path)];
                (touched, files) = TouchedFiles.Rewriting(
                    touched, files, await SmallFiles.FindAsync(session, target, matched.AllFiles, rewritten, matched, cancel).ConfigureAwait(false));
            }
            plan = plan with { Files = files };
            PlanGuard.CheckSame(options.Approved, plan);
            var before = new LiveRows(session, tables, target, head, opening.Renews ? HistoryColumns.None with { IsCurrent = opening.WasCurrent } : columns.History);
            await MergeLimits.CheckAsync(plan, before, options.MaxDeletePercent, cancel).ConfigureAwait(false);
            plan = plan with { Sample = await ChangeSample.ReadAsync(tables, matched, columns, options.SampleSize, cancel).ConfigureAwait(false) };
            return new(target, head, plan, next, matched, touched, tables) { FromSchemaId = schemaId, State = opening.State };
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
        return plan.WithReason();
    }
}
