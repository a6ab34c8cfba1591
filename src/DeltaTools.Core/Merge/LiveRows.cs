using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>The rows of a report table that are there now: without rows that are marked as deleted, and without past versions.</summary>
internal sealed class LiveRows(DuckSession session, WorkingTables tables, IcebergTable table, Snapshot? snapshot, HistoryColumns history)
{
    private readonly NestedField? _mark = history.DeletedAt ?? history.IsCurrent;

    /// <summary>How many they are; from the snapshot's summary where that tells.</summary>
    public async Task<long> CountAsync(CancellationToken cancel)
    {
        if (_mark is null && RowTotals.Of(snapshot) is { } noted) return noted;
        return await WithAsync([], sql => tables.NumberAsync($"SELECT count(*) FROM ({sql})", cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>Does something with a SELECT of some of their columns.</summary>
    public async Task<T> WithAsync<T>(IEnumerable<NestedField> columns, Func<string, Task<T>> work, CancellationToken cancel)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, table.Metadata.CurrentSchema, ScanOptions.All, cancel).ConfigureAwait(false);
        NestedField[] read = [.. columns, .. _mark is { } mark ? [mark] : Array.Empty<NestedField>()];
        if (read.Length == 0) read = [table.Metadata.CurrentSchema.Fields[0]];
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = [.. read.DistinctBy(f => f.Id)],
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string there = _mark is null ? scan.Sql
                : $"SELECT * FROM ({scan.Sql}) WHERE {Sql.Column(_mark)}{(_mark == history.DeletedAt ? " IS NULL" : "")}";
            return await work(there).ConfigureAwait(false);
        }
    }
}
