using System.Globalization;

namespace DeltaTools.Core.Merge;

/// <summary>Why a row of the raw table cannot be merged.</summary>
internal enum RowFault
{
    BadValue,
    NullKey,
    BadFlag,
    NoDate,
}

/// <summary>How many rows cannot be merged, by why.</summary>
internal readonly record struct FaultCounts(long NullKeys, long BadFlags, long NoDates, long BadValues);

/// <summary>Words of the errors about rows that cannot be merged, the same for every engine.</summary>
internal sealed class FaultReport(MergeColumns columns, string sourceName, NullKeyRule nullKey)
{
    /// <summary>Most rows that an error names.</summary>
    public const int Shown = 5;

    /// <param name="sample">Gives date and keys of the first rows with a fault.</param>
    /// <exception cref="IcebergException">NullKey or DeltaRowInvalid, naming rows.</exception>
    public async Task CheckAsync(FaultCounts counts, Func<RowFault, Task<List<object?[]>>> sample)
    {
        if (counts.BadValues > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, RowFault.BadValue, sample,
                $"{counts.BadValues} rows of {sourceName} hold values that do not fit the types of the report table (-SchemaEvolution Widen gives it the wider types of the raw table)").ConfigureAwait(false);
        }
        if (counts.NullKeys > 0 && nullKey == NullKeyRule.Error)
        {
            throw await ErrorAsync(IcebergErrorKind.NullKey, RowFault.NullKey, sample,
                $"{counts.NullKeys} rows of {sourceName} have NULL in a key column ({string.Join(", ", columns.Keys.Select(k => k.Source.Name))}). Use -NullKey Skip to leave them out")
                .ConfigureAwait(false);
        }
        if (counts.BadFlags > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, RowFault.BadFlag, sample,
                $"{counts.BadFlags} rows of {sourceName} have no usable flag in column '{columns.Deleted!.Name}': it must be true or false, 1 or 0, Y or N, "
                + "or name the values that mean deleted with -DeletedValue").ConfigureAwait(false);
        }
        if (counts.NoDates > 0)
        {
            throw await ErrorAsync(IcebergErrorKind.DeltaRowInvalid, RowFault.NoDate, sample,
                $"{counts.NoDates} rows of {sourceName} have no date in column '{columns.Date.Name}'").ConfigureAwait(false);
        }
    }

    /// <summary>The key of a row, as errors show it.</summary>
    /// <param name="values">The key's values, from an index on.</param>
    public string Key(object?[] values, int start) => string.Join(", ", Parts(values, start));

    private IEnumerable<string> Parts(object?[] values, int start) => columns.Keys.Select((k, i) => $"{k.Source.Name} = {values[start + i] ?? "NULL"}");

    private async Task<IcebergException> ErrorAsync(IcebergErrorKind kind, RowFault fault, Func<RowFault, Task<List<object?[]>>> sample, string what)
    {
        IEnumerable<string> shown = (await sample(fault).ConfigureAwait(false)).Select(row =>
        {
            // A key that does not fit its column is NULL here, and has another value in the raw table.
            IEnumerable<string> key = fault == RowFault.BadValue ? Parts(row, 1).Where((_, i) => row[i + 1] is not null) : Parts(row, 1);
            return $"({string.Join(", ", key.Append($"{columns.Date.Name} = {Date(row[0])}"))})";
        });
        return new IcebergException(kind, $"{what}. The first: {string.Join("; ", shown)}.");
    }

    private static string Date(object? value) => value is DateOnly date ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "NULL";
}
