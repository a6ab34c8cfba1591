using DeltaTools.Core.Athena;

namespace DeltaTools.Core.Merge;

/// <summary>Asks Athena what a merge would do, and refuses rows that cannot be merged.</summary>
/// <param name="run">Runs a query; takes its SQL and what it is for.</param>
internal sealed class AthenaMergePlanner(
    Func<string, string, CancellationToken, Task<AthenaExecution>> run, AthenaMergeSql sql, MergeOpening opening, MergeOptions options, string sourceName)
{
    /// <returns>The plan, and the number of partition values that are written.</returns>
    /// <exception cref="IcebergException">NullKey, DeltaRowInvalid, DuplicateKey: naming rows.</exception>
    public async Task<(MergePlan Plan, long Partitions)> CountAsync(AthenaPartitions partitions, CancellationToken cancel)
    {
        MergeColumns columns = opening.Columns;
        long[] n = await (await run(sql.Check(), "check", cancel).ConfigureAwait(false)).NumbersAsync(cancel).ConfigureAwait(false);
        var report = new FaultReport(columns, sourceName, options.NullKey);
        await report.CheckAsync(new FaultCounts(n[0], n[1], n[2], n[3]), fault => RowsAsync(sql.Faulty(fault), cancel)).ConfigureAwait(false);
        (long nullKeys, long partial, long rows, long late, long decisive, long ties, long repeats) = (n[0], n[4], n[5], n[6], n[7], n[8], n[9]);
        bool audited = (options.AuditDate == AuditDate.DateReceived || options.Rebuild) && (columns.Created ?? columns.Updated) is not null;
        bool folded = audited || partial > 0 || (repeats > 0 && columns.Values.Any(v => !v.Updates));
        sql.Resolution = new Resolution(folded, audited);
        if (folded ? ties > 0 : decisive > 0)
        {
            List<object?[]> keys = await RowsAsync(sql.Ties(), cancel).ConfigureAwait(false);
            throw new IcebergException(IcebergErrorKind.DuplicateKey,
                $"{sourceName} holds rows of one key and one date that contradict each other, and on Athena it cannot be seen which came last. "
                + $"The first keys: {string.Join("; ", keys.Select(k => $"({report.Key(k, 0)})"))}. Name a column that decides with -OrderBy, or use -Engine Embedded.");
        }
        MergePlan plan = opening.Plan with { Late = late, SkippedNullKeys = nullKeys, SourceRows = rows };
        if (rows == 0 && !options.Rebuild) return (plan.WithReason(), 0);

        long[] counts = await (await run(sql.Preview(partitions), "preview", cancel).ConfigureAwait(false)).NumbersAsync(cancel).ConfigureAwait(false);
        if (counts[8] > 0)
        {
            string nulls = string.Join(" OR ", columns.Keys.Select(k => $"{k.Target.Name} IS NULL"));
            throw new IcebergException(IcebergErrorKind.NullKey,
                $"Table {opening.Plan.Table} has {counts[8]} rows with NULL in a key column ({string.Join(", ", columns.Keys.Select(k => k.Target.Name))}), which a merge on Athena cannot take out. "
                + $"Delete them first (DELETE FROM {opening.Plan.Table} WHERE {nulls}), or use -Engine Embedded.");
        }
        if (counts[5] > counts[6])
        {
            List<object?[]> keys = await RowsAsync(sql.Twice(), cancel).ConfigureAwait(false);
            throw new IcebergException(IcebergErrorKind.DuplicateKey,
                $"Table {opening.Plan.Table} has several rows for one key, so it cannot be merged by it. The first keys: {string.Join("; ", keys.Select(k => $"({report.Key(k, 0)})"))}. "
                + "Check -Key, or make the table anew with -Rebuild.");
        }
        plan = plan with { Inserted = counts[0], Updated = counts[1], Deleted = counts[2], Removed = counts[2], Unchanged = counts[3], IgnoredTombstones = counts[4] };
        return (plan.WithReason(), counts[7]);
    }

    private async Task<List<object?[]>> RowsAsync(string query, CancellationToken cancel) =>
        await (await run(query, "look at rows", cancel).ConfigureAwait(false)).RowsAsync(cancel).ConfigureAwait(false);
}
