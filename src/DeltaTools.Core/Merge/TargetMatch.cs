using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Settles the newest state of each key and finds its row in the report table.</summary>
internal sealed class TargetMatch(
    DuckSession session, WorkingTables tables, IcebergTable target, Snapshot? head, MergeColumns columns, MergeOptions options)
{
    private readonly Schema _schema = target.Metadata.CurrentSchema;
    private readonly TargetRows _rows = new(columns, target.Metadata.CurrentSchema, options, target.Metadata.FormatVersion >= 3);

    private ImmutableArray<FileScanTask> _all = [];

    /// <summary>Whether the replay takes the place of every row; see <see cref="MergeOpening.Renews"/>.</summary>
    public bool Renews { get; init; }

    public async Task<MatchedRows> MatchAsync(LoadedRows rows, CancellationToken cancel)
    {
        bool audited = (options.AuditDate == AuditDate.DateReceived || (options.Rebuild && !options.KeepsAuditDates)) && (columns.Created ?? columns.Updated ?? columns.History.DeletedAt) is not null;
        bool folded = columns.History != HistoryColumns.None
            || (options.Mode == MergeMode.Upsert && (audited || rows.Counts.Partial > 0 || (rows.Repeats && columns.Values.Any(v => !v.Updates))));
        var resolution = new Resolution(folded || options.Mode == MergeMode.InsertOnly, audited);

        PreparedScan scan = await ScanAsync(options.Rebuild ? null : rows.Table, cancel).ConfigureAwait(false);
        tables.Own(scan);
        try
        {
            string source = scan.Sql;
            bool isTable = false;
            string newest = rows.Table;
            if (folded)
            {
                string? played = null;
                if (!options.Rebuild)
                {
                    source = await tables.CreateAsync("found", _rows.Find(scan.Sql, rows.Table, rows.LateKeys), cancel).ConfigureAwait(false);
                    isTable = true;
                    await CheckVersionsAsync(source, cancel).ConfigureAwait(false);
                    played = rows.LateKeys is null ? source
                        : $"(SELECT * FROM {source} f ANTI JOIN {rows.LateKeys} l ON {RowNames.SameKey(columns, "f", "l")})";
                }
                var fold = new Fold(columns);
                newest = await tables.CreateAsync(
                    "newest", options.Mode == MergeMode.Scd2 ? fold.Versions(rows.Table, played) : fold.Select(rows.Table, played), cancel).ConfigureAwait(false);
            }
            else if (options.Mode == MergeMode.InsertOnly)
            {
                newest = await tables.CreateAsync("newest", Newest.First(columns, rows.Table, rows.LateKeys), cancel).ConfigureAwait(false);
            }
            else if (rows.Repeats)
            {
                newest = await tables.CreateAsync("newest", Newest.Select(columns, rows.Table), cancel).ConfigureAwait(false);
            }
            if (options.Mode == MergeMode.Scd2 && !options.Rebuild)
            {
                string strays = _rows.StrayVersions(source, newest);
                newest = await tables.CreateAsync("newest", $"SELECT * FROM {newest} UNION ALL BY NAME ({strays})", cancel).ConfigureAwait(false);
            }
            string match = Renews ? _rows.Renew(newest, scan.Sql, resolution) : _rows.Match(newest, source, isTable, resolution);
            string matched = await tables.CreateAsync("matched", match, cancel).ConfigureAwait(false);
            await CheckUniqueAsync(newest, matched, cancel).ConfigureAwait(false);
            return new(matched, resolution, scan, _rows) { AllFiles = _all };
        }
        catch (IcebergException e)
        {
            throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
        }
    }

    /// <param name="keys">Table with the keys that are looked for; null: all rows are wanted.</param>
    private async Task<PreparedScan> ScanAsync(string? keys, CancellationToken cancel)
    {
        var options = new ScanOptions { MetricFields = [.. columns.Keys.Select(k => k.Target.Id)] };
        ScanPlan plan = await ScanPlanner.PlanAsync(target.Store, target.Metadata, head, _schema, options, cancel).ConfigureAwait(false);
        _all = plan.Tasks;
        ImmutableArray<FileScanTask> files = keys is null
            ? plan.Tasks
            : await TargetPruning.PruneAsync(session, plan.Tasks, [.. columns.Keys.Select(k => k.Target)], keys, cancel).ConfigureAwait(false);
        return await PreparedScan.OpenAsync(session, target.Store, new ScanInput
        {
            Tasks = files,
            Columns = _rows.Fields,
            Schemas = target.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(target.Metadata),
            WithRowKey = true,
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Of two current versions of a key, which one would be ended?</summary>
    private async Task CheckVersionsAsync(string found, CancellationToken cancel)
    {
        if (options.Mode != MergeMode.Scd2) return;
        long[] counts = await tables.NumbersAsync(_rows.BrokenVersions(found), cancel).ConfigureAwait(false);
        if (counts[0] + counts[1] == 0) return;
        HistoryColumns history = columns.History;
        throw new IcebergException(IcebergErrorKind.DuplicateKey, counts[0] > 0
            ? $"Table {target.Name} has {counts[0]} versions without {history.ValidFrom!.Name}. Fill the column, or make the table anew with -Rebuild."
            : $"Table {target.Name} has keys with several versions whose {history.IsCurrent!.Name} is true. Check -Key, or make the table anew with -Rebuild.");
    }

    /// <summary>A key with two rows in the report table cannot be merged: which of them would be meant?</summary>
    private async Task CheckUniqueAsync(string newest, string matched, CancellationToken cancel)
    {
        long[] counts = await tables.NumbersAsync($"SELECT (SELECT count(*) FROM {newest}), (SELECT count(*) FROM {matched})", cancel).ConfigureAwait(false);
        if (counts[0] == counts[1] || options.Rebuild) return;
        string keys = RowNames.Keys(columns);
        List<object?[]> twice = await tables.RowsAsync(
            $"SELECT {keys} FROM {matched} GROUP BY {keys} HAVING count(*) > 1 ORDER BY ALL LIMIT 5", cancel).ConfigureAwait(false);
        IEnumerable<string> shown = twice.Select(row => $"({string.Join(", ", columns.Keys.Select((k, i) => $"{k.Target.Name} = {row[i]}"))})");
        throw new IcebergException(IcebergErrorKind.DuplicateKey,
            $"Table {target.Name} has several rows for one key, so it cannot be merged by it. The first keys: {string.Join("; ", shown)}. "
            + "Check -Key, or make the table anew with -Rebuild.");
    }
}

/// <param name="Table">Every key, what is done with it, its new values and its target row; see <see cref="TargetRows.Match"/>.</param>
/// <param name="Scan">The target files that were read.</param>
/// <param name="Sql">How target rows are read and written.</param>
internal sealed record MatchedRows(string Table, Resolution Resolution, PreparedScan Scan, TargetRows Sql)
{
    /// <summary>Every data file of the report table, also those that cannot hold a key.</summary>
    public ImmutableArray<FileScanTask> AllFiles { get; init; } = [];

    /// <summary>The rows that inserts and updates write.</summary>
    public string Written => Sql.Written(Table, Resolution);
}
