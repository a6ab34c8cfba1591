using System.Globalization;

namespace DeltaTools.Core.Merge;

/// <summary>Refuses rows that cannot be merged, and shows which they are.</summary>
internal sealed class RowFaults(WorkingTables tables, SourceRows rows, MergeColumns columns, string sourceName)
{
    private const int Shown = 5;

    /// <summary>Checks the rows of a working table; NULL keys are taken out of it when they are to be skipped.</summary>
    /// <exception cref="IcebergException">NullKey or DeltaRowInvalid, naming rows.</exception>
    public async Task<RowCounts> CheckAsync(string table, NullKeyRule nullKey, CancellationToken cancel)
    {
        long[] counts = await tables.NumbersAsync(rows.Faults(table), cancel).ConfigureAwait(false);
        (long nulls, long flags, long dates, long bad, long partial, long all) = (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
        if (bad > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, table, SourceRows.IsBad,
                $"{bad} rows of {sourceName} hold values that do not fit the types of the report table", cancel).ConfigureAwait(false);
        }
        string nullTest = string.Join(" OR ", columns.Keys.Select((_, i) => $"{RowNames.Key(i)} IS NULL"));
        if (nulls > 0 && nullKey == NullKeyRule.Error)
        {
            throw await ErrorAsync(IcebergErrorKind.NullKey, table, nullTest,
                $"{nulls} rows of {sourceName} have NULL in a key column ({string.Join(", ", columns.Keys.Select(k => k.Source.Name))}). Use -NullKey Skip to leave them out", cancel)
                .ConfigureAwait(false);
        }
        if (flags > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, table, $"{RowNames.Deleted} IS NULL",
                $"{flags} rows of {sourceName} have no usable flag in column '{columns.Deleted!.Name}': it must be true or false, 1 or 0, Y or N, "
                + "or name the values that mean deleted with -DeletedValue", cancel).ConfigureAwait(false);
        }
        if (dates > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, table, $"{RowNames.Date} IS NULL",
                $"{dates} rows of {sourceName} have no date in column '{columns.Date.Name}'", cancel).ConfigureAwait(false);
        }
        if (nulls > 0) await tables.RowsAsync($"DELETE FROM {table} WHERE {nullTest}", cancel).ConfigureAwait(false);
        return new(all, nulls, partial);
    }

    private async Task<IcebergException> ErrorAsync(IcebergErrorKind kind, string table, string test, string what, CancellationToken cancel)
    {
        List<object?[]> found = await tables.RowsAsync(
            $"SELECT {RowNames.Date}, {RowNames.Keys(columns)} FROM {table} WHERE {test} ORDER BY ALL LIMIT {Shown}", cancel).ConfigureAwait(false);
        IEnumerable<string> shown = found.Select(row =>
            $"({string.Join(", ", columns.Keys.Select((k, i) => $"{k.Source.Name} = {row[i + 1] ?? "NULL"}"))}, {columns.Date.Name} = {Date(row[0])})");
        return new IcebergException(kind, $"{what}. The first: {string.Join("; ", shown)}.");
    }

    private static string Date(object? value) => value is DateOnly date ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "NULL";
}

/// <param name="Rows">Rows that were looked at.</param>
/// <param name="NullKeys">Rows with NULL in a key; they were taken out.</param>
/// <param name="Partial">Rows that lack columns.</param>
internal sealed record RowCounts(long Rows, long NullKeys, long Partial);
