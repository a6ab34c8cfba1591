using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Derives deltas from a file that holds every row there is: what is new or changed against the state of the raw table on that day,
/// and tombstones of the keys that are missing from it.</summary>
/// <remarks>
/// <para>Values compare as in merges: NULL and NaN are values. A column that the file does not carry is unchanged. A row that the file itself
/// flags as deleted counts as missing. So a raw table of full extracts is as small as one of deltas, and merges do not know the difference.</para>
/// <para>Extracts must come in the order of their dates: what one says depends on what was known before it.</para>
/// </remarks>
/// <param name="key">Columns that identify a row.</param>
/// <param name="maxDeletePercent">Keys that may be missing, in percent of those that were there: an extract that was cut short must not empty the table.</param>
public sealed class FullExtract(DuckSession session, ImmutableArray<string> key, double maxDeletePercent)
{
    public const double DefaultMaxDeletePercent = 20;

    /// <exception cref="IcebergException">SchemaMismatch: no such key; NullKey, DuplicateKey: rows of the file that no key tells apart; DeltaFileInvalid:
    /// the raw table has later rows; MergeRefused: too many keys are missing.</exception>
    public async Task<DerivedRows> DeriveAsync(DeliveredRows delivered, CancellationToken cancel)
    {
        MergeColumns columns = ColumnsOf(delivered.Raw);
        var options = new MergeOptions { ReportDate = delivered.Date, Key = key };
        var tables = new WorkingTables(session);
        try
        {
            await CheckNothingLaterAsync(delivered, columns, tables, cancel).ConfigureAwait(false);
            string state = await StateAsync(delivered.Raw, columns, options, tables, cancel).ConfigureAwait(false);
            string extract = await ExtractAsync(delivered, columns, options, tables, cancel).ConfigureAwait(false);
            var rows = new ExtractRows(columns, state, extract, delivered.Date);
            string derived = await tables.CreateAsync("derived", rows.Select, cancel).ConfigureAwait(false);
            long[] n = await tables.NumbersAsync(rows.Counts(derived), cancel).ConfigureAwait(false);
            await tables.DropAsync(state, cancel).ConfigureAwait(false);
            await tables.DropAsync(extract, cancel).ConfigureAwait(false);
            (long before, long all, long fresh, long changed, long missing) = (n[0], n[1], n[2], n[3], n[4]);
            if (missing > 0 && 100.0 * missing / before > maxDeletePercent)
            {
                throw new IcebergException(IcebergErrorKind.MergeRefused, FormattableString.Invariant(
                    $"'{delivered.Name}' lacks {missing} of the {before} keys of {delivered.Raw.Name} ({100.0 * missing / before:0.#} %), more than -MaxDeletePercent {maxDeletePercent:0.#} allows. Nothing of it was imported."));
            }
            return new($"SELECT * EXCLUDE ({ExtractRows.Kind}) FROM {derived}", [FormattableString.Invariant(
                $"full extract of {all} rows: {fresh} new, {changed} changed, {missing} missing, {all - fresh - changed} as they were")], tables);
        }
        catch
        {
            await tables.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private MergeColumns ColumnsOf(IcebergTable raw)
    {
        Schema schema = raw.Metadata.CurrentSchema;
        NestedField Column(string name) => schema.FindFieldIgnoreCase(name) is { } field && schema.Fields.Contains(field) ? field : throw new IcebergException(
            IcebergErrorKind.SchemaMismatch, $"Table {raw.Name} has no column '{name}'. Its columns are {string.Join(", ", schema.Fields.Select(f => f.Name))}.");
        if (key.IsEmpty) throw IcebergException.Invalid("A full extract needs -Key: the columns that identify a row.");
        NestedField[] keys = [.. key.Select(Column)];
        NestedField date = Column(RawColumns.Date), deleted = Column(RawColumns.Deleted);
        NestedField? absent = schema.FindField(RawColumns.Absent);
        IEnumerable<NestedField> values = schema.Fields.Where(f => !keys.Contains(f) && f != date && f != deleted && f != absent && !RowNumbers.Is(f));
        return new([.. keys.Select(k => new ColumnPair(k, k))], [.. values.Select(v => new ColumnPair(v, v))], [], null, null, deleted, date, [], absent, []);
    }

    /// <summary>The newest state of every key that is there.</summary>
    private async Task<string> StateAsync(IcebergTable raw, MergeColumns columns, MergeOptions options, WorkingTables tables, CancellationToken cancel)
    {
        SourceSelection selection = await SourceSelection.PlanAsync(
            raw, raw.Metadata.CurrentSnapshot, columns.Date, null, options.ReportDate, cancel).ConfigureAwait(false);
        LoadedRows rows = await new SourceLoader(session, tables, raw, columns, options).LoadAsync(selection, cancel).ConfigureAwait(false);
        string newest = rows.Counts.Partial > 0 ? new Fold(columns).Select(rows.Table, null)
            : Newest.Select(columns, rows.Table, await RepeatedAsync(rows.Table, columns, tables, cancel).ConfigureAwait(false));
        string state = await tables.CreateAsync("state", $"SELECT * FROM ({newest}) WHERE NOT {RowNames.Deleted}", cancel).ConfigureAwait(false);
        await tables.DropAsync(rows.Table, cancel).ConfigureAwait(false);
        return state;
    }

    private static async Task<string> ExtractAsync(DeliveredRows delivered, MergeColumns columns, MergeOptions options, WorkingTables tables, CancellationToken cancel)
    {
        var source = new SourceRows(columns, options);
        string date = Sql.Column(columns.Date);
        string dated = $"SELECT * REPLACE ({DateSql.To(Sql.Date(delivered.Date), columns.Date.Type)} AS {date}), row_number() OVER () AS {Sql.RowKey} FROM ({delivered.Select})";
        string table = await tables.CreateAsync("extract", source.Select(dated, Sql.RowKey, "true"), cancel).ConfigureAwait(false);
        await new RowFaults(tables, source, columns, $"'{delivered.Name}'").CheckAsync(table, NullKeyRule.Error, cancel).ConfigureAwait(false);
        await tables.RowsAsync($"DELETE FROM {table} WHERE {RowNames.Deleted}", cancel).ConfigureAwait(false);
        string keys = RowNames.Keys(columns);
        string repeated = await RepeatedAsync(table, columns, tables, cancel).ConfigureAwait(false);
        if (await tables.NumberAsync($"SELECT count(*) FROM {repeated}", cancel).ConfigureAwait(false) == 0) return table;
        string content = string.Join(", ", columns.Values.Select((_, i) => RowNames.Value(i)).Append(RowNames.Absent));
        List<object?[]> twice = await tables.RowsAsync(
            $"SELECT {keys} FROM (SELECT DISTINCT {keys}, {content} FROM {table}) GROUP BY {keys} HAVING count(*) > 1 ORDER BY ALL LIMIT 5", cancel).ConfigureAwait(false);
        if (twice.Count > 0)
        {
            IEnumerable<string> shown = twice.Select(row => $"({string.Join(", ", columns.Keys.Select((k, i) => $"{k.Source.Name} = {ColumnChange.Text(row[i])}"))})");
            throw new IcebergException(IcebergErrorKind.DuplicateKey, $"'{delivered.Name}' has several rows that differ for one key: {string.Join("; ", shown)}. Check -Key, or leave one row of each key in it.");
        }
        return await tables.CreateAsync(
            "carried", $"SELECT * FROM {table} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {RowNames.Arrival}) = 1", cancel).ConfigureAwait(false);
    }

    private static Task<string> RepeatedAsync(string table, MergeColumns columns, WorkingTables tables, CancellationToken cancel) =>
        tables.CreateAsync("repeated", $"SELECT {RowNames.Keys(columns)} FROM {table} GROUP BY {RowNames.Keys(columns)} HAVING count(*) > 1", cancel);

    private async Task CheckNothingLaterAsync(DeliveredRows delivered, MergeColumns columns, WorkingTables tables, CancellationToken cancel)
    {
        TableMetadata metadata = delivered.Raw.Metadata;
        Predicate later = SourceSelection.After(columns.Date, delivered.Date);
        ScanPlan plan = await ScanPlanner.PlanAsync(
            delivered.Raw.Store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, new ScanOptions { Filter = later }, cancel).ConfigureAwait(false);
        if (plan.Tasks.IsEmpty) return;
        PreparedScan scan = await PreparedScan.OpenAsync(session, delivered.Raw.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = [columns.Date],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string date = DateSql.From(Sql.Column(columns.Date), columns.Date.Type);
            List<object?[]> newest = await tables.RowsAsync($"SELECT max({date}) FROM ({scan.Sql})", cancel).ConfigureAwait(false);
            if (newest[0][0] is not DateOnly day || day <= delivered.Date) return;
            throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
                $"'{delivered.Name}' is the full extract of {ColumnChange.Text(delivered.Date)}, but {delivered.Raw.Name} has rows of {ColumnChange.Text(day)}: full extracts must be imported in the order of their dates.");
        }
    }
}
