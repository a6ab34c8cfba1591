using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Stops a merge that would delete more of the table than anybody means to.</summary>
internal static class MergeLimits
{
    /// <exception cref="IcebergException">MergeRefused.</exception>
    public static void Check(string table, Snapshot? head, MergePlan plan, MergeOptions options)
    {
        if (options.MaxDeletePercent is not { } limit || plan.Deleted == 0) return;
        long rows = RowTotals.Of(head) ?? TableProperties.Long(head!.Summary, SnapshotSummary.TotalRecords, 0)
            - TableProperties.Long(head.Summary, SnapshotSummary.TotalPositionDeletes, 0);
        double share = rows <= 0 ? 100 : 100.0 * plan.Deleted / rows;
        if (share > limit)
        {
            throw new IcebergException(IcebergErrorKind.MergeRefused, FormattableString.Invariant(
                $"The merge would delete {plan.Deleted} of {rows} rows ({share:0.#} %) of table {table}, more than -MaxDeletePercent {limit:0.#} allows. Nothing was changed."));
        }
    }
}
