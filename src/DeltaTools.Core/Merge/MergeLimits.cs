using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Stops a merge that would delete more of the table than anybody means to.</summary>
internal static class MergeLimits
{
    /// <param name="before">The rows that are there before the merge.</param>
    /// <param name="percent">Share of them; null: no limit.</param>
    /// <exception cref="IcebergException">MergeRefused.</exception>
    public static async Task CheckAsync(MergePlan plan, LiveRows before, double? percent, CancellationToken cancel)
    {
        if (percent is { } limit && plan.Deleted > 0) Check(plan.Table, plan.Deleted, await before.CountAsync(cancel).ConfigureAwait(false), limit);
    }

    /// <param name="head">Tells how many rows there are; right where deleted and past rows do not stay in the table.</param>
    /// <inheritdoc cref="CheckAsync"/>
    public static void Check(string table, Snapshot? head, MergePlan plan, double? percent)
    {
        if (percent is not { } limit || plan.Deleted == 0) return;
        long rows = RowTotals.Of(head) ?? TableProperties.Long(head!.Summary, SnapshotSummary.TotalRecords, 0)
            - TableProperties.Long(head.Summary, SnapshotSummary.TotalPositionDeletes, 0);
        Check(table, plan.Deleted, rows, limit);
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
}
