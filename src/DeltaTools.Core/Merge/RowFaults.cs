namespace DeltaTools.Core.Merge;

/// <summary>Refuses rows that cannot be merged, and shows which they are.</summary>
internal sealed class RowFaults(WorkingTables tables, SourceRows rows, MergeColumns columns, string sourceName)
{
    /// <summary>Checks the rows of a working table; NULL keys are taken out of it when they are to be skipped.</summary>
    /// <exception cref="IcebergException">NullKey or DeltaRowInvalid, naming rows.</exception>
    public async Task<RowCounts> CheckAsync(string table, NullKeyRule nullKey, CancellationToken cancel)
    {
        long[] counts = await tables.NumbersAsync(rows.Faults(table), cancel).ConfigureAwait(false);
        RowCounts found = new(counts[5], counts[0], counts[4]);
        var faults = new FaultCounts(counts[0], counts[1], counts[2], counts[3]);
        string nullTest = string.Join(" OR ", columns.Keys.Select((_, i) => $"{RowNames.Key(i)} IS NULL"));
        await new FaultReport(columns, sourceName, nullKey).CheckAsync(faults, fault => tables.RowsAsync(
            $"SELECT {RowNames.Date}, {RowNames.Keys(columns)} FROM {table} WHERE {Test(fault, nullTest)} ORDER BY ALL LIMIT {FaultReport.Shown}", cancel)).ConfigureAwait(false);
        if (found.NullKeys > 0) await tables.RowsAsync($"DELETE FROM {table} WHERE {nullTest}", cancel).ConfigureAwait(false);
        return found;
    }

    private static string Test(RowFault fault, string nullKey) => fault switch
    {
        RowFault.BadValue => SourceRows.IsBad,
        RowFault.NullKey => nullKey,
        RowFault.BadFlag => $"{RowNames.Deleted} IS NULL",
        _ => $"{RowNames.Date} IS NULL",
    };
}

/// <param name="Rows">Rows that were looked at.</param>
/// <param name="NullKeys">Rows with NULL in a key; they were taken out.</param>
/// <param name="Partial">Rows that lack columns.</param>
internal sealed record RowCounts(long Rows, long NullKeys, long Partial);
