using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Loads the rows of the raw table that a merge plays.</summary>
internal sealed class SourceLoader(DuckSession session, WorkingTables tables, IcebergTable source, MergeColumns columns, MergeOptions options)
{
    private readonly SourceRows _rows = new(columns, options);
    private readonly string _keys = RowNames.Keys(columns);

    /// <exception cref="IcebergException">NullKey, DeltaRowInvalid: rows that cannot be merged.</exception>
    public async Task<LoadedRows> LoadAsync(SourceSelection selection, CancellationToken cancel)
    {
        var faults = new RowFaults(tables, _rows, columns, source.Name);
        string table = await ReadAsync(selection.New, selection.Condition, null, cancel).ConfigureAwait(false);
        RowCounts counts = await faults.CheckAsync(table, options.NullKey, cancel).ConfigureAwait(false);
        if (selection.Watermark is not { } watermark)
        {
            string? all = selection.Replays ? await tables.CreateAsync("late", $"SELECT DISTINCT {_keys} FROM {table}", cancel).ConfigureAwait(false) : null;
            return await FinishAsync(new(table, all, counts, 0), cancel).ConfigureAwait(false);
        }

        string isLate = $"{RowNames.Date} <= {Sql.Date(watermark)}";
        long late = await tables.NumberAsync($"SELECT count(*) FROM {table} WHERE {isLate}", cancel).ConfigureAwait(false);
        if (late == 0) return await FinishAsync(new(table, null, counts, 0), cancel).ConfigureAwait(false);

        // A late row may lie before others of its key, so the key's whole history is played.
        string keys = await tables.CreateAsync("late", $"SELECT DISTINCT {_keys} FROM {table} WHERE {isLate}", cancel).ConfigureAwait(false);
        string history = await ReadAsync(selection.All, "true", keys, cancel).ConfigureAwait(false);
        RowCounts replayed = await faults.CheckAsync(history, options.NullKey, cancel).ConfigureAwait(false);
        string joined = await tables.CreateAsync(
            "rows", $"SELECT * FROM {table} r ANTI JOIN {keys} l ON {RowNames.SameKey(columns, "r", "l")} UNION ALL BY NAME SELECT * FROM {history}", cancel)
            .ConfigureAwait(false);
        await tables.DropAsync(table, cancel).ConfigureAwait(false);
        await tables.DropAsync(history, cancel).ConfigureAwait(false);
        return await FinishAsync(new(joined, keys, counts with { Partial = counts.Partial + replayed.Partial }, late), cancel).ConfigureAwait(false);
    }

    private async Task<string> ReadAsync(ImmutableArray<FileScanTask> files, string condition, string? keys, CancellationToken cancel)
    {
        PreparedScan scan = await PreparedScan.OpenAsync(session, source.Store, new ScanInput
        {
            Tasks = files,
            Columns = _rows.Fields,
            AbsentInto = columns.Absent,
            Schemas = source.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(source.Metadata),
            WithRowKey = true,
            NumberedBy = RowNumbers.Of(source.Metadata.CurrentSchema),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string select = _rows.Select(scan.Sql, scan.Input.ArrivalColumn, condition);
            if (keys is not null) select = $"SELECT * FROM ({select}) r SEMI JOIN {keys} l ON {RowNames.SameKey(columns, "r", "l")}";
            try
            {
                return await tables.CreateAsync("rows", select, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<LoadedRows> FinishAsync(LoadedRows rows, CancellationToken cancel)
    {
        long[] counts = await tables.NumbersAsync($"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT {_keys} FROM {rows.Table})) FROM {rows.Table}", cancel)
            .ConfigureAwait(false);
        return rows with { Repeats = counts[0] > counts[1] };
    }
}

/// <param name="Table">Rows as <see cref="SourceRows"/> makes them, without NULL keys.</param>
/// <param name="LateKeys">Keys whose whole history is in the table; null when there are none.</param>
/// <param name="Late">Late rows.</param>
internal sealed record LoadedRows(string Table, string? LateKeys, RowCounts Counts, long Late)
{
    /// <summary>Whether a key has more than one row.</summary>
    public bool Repeats { get; init; }
}
