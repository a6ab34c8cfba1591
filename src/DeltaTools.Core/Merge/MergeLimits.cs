using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Stops a merge that would delete more of the table than anybody means to.</summary>
internal sealed class MergeLimits(DuckSession session, WorkingTables tables, IcebergTable target, Snapshot? head, MergeColumns columns)
{
    /// <param name="percent">Share of the rows that are there now, deleted and past ones not counted; null: no limit.</param>
    /// <exception cref="IcebergException">MergeRefused.</exception>
    public async Task CheckAsync(MergePlan plan, double? percent, CancellationToken cancel)
    {
        if (percent is not { } limit || plan.Deleted == 0) return;
        Check(target.Name, plan.Deleted, await RowsThereAsync(cancel).ConfigureAwait(false), limit);
    }

    /// <param name="head">Tells how many rows there are; right where deleted and past rows do not stay in the table.</param>
    /// <inheritdoc cref="CheckAsync"/>
    public static void Check(string table, Snapshot? head, MergePlan plan, double? percent)
    {
        if (percent is { } limit && plan.Deleted > 0) Check(table, plan.Deleted, RowsOf(head), limit);
    }

    private static void Check(string table, long deleted, long rows, double limit)
    {
        double share = rows <= 0 ? 100 : 100.0 * deleted / rows;
        if (share > limit)
        {
            throw new IcebergException(IcebergErrorKind.MergeRefused, FormattableString.Invariant(
                $"The merge would delete {deleted} of {rows} rows ({share:0.#} %) of table {table}, more than -MaxDeletePercent {limit:0.#} allows. Nothing was changed."));
        }
    }

    private static long RowsOf(Snapshot? head) => RowTotals.Of(head) ?? TableProperties.Long(head!.Summary, SnapshotSummary.TotalRecords, 0)
        - TableProperties.Long(head.Summary, SnapshotSummary.TotalPositionDeletes, 0);

    private async Task<long> RowsThereAsync(CancellationToken cancel)
    {
        NestedField? mark = columns.History.DeletedAt ?? columns.History.IsCurrent;
        if (mark is null) return RowsOf(head);
        ScanPlan plan = await ScanPlanner.PlanAsync(target.Store, target.Metadata, head, target.Metadata.CurrentSchema, ScanOptions.All, cancel).ConfigureAwait(false);
        PreparedScan scan = await PreparedScan.OpenAsync(session, target.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = [mark],
            Schemas = target.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(target.Metadata),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string isThere = mark == columns.History.IsCurrent ? Sql.Column(mark) : $"{Sql.Column(mark)} IS NULL";
            return await tables.NumberAsync($"SELECT count_if({isThere}) FROM ({scan.Sql})", cancel).ConfigureAwait(false);
        }
    }
}
