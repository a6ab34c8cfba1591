using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.TestServers.Athena;

/// <summary>The rows of a table, at a snapshot, as a table of DuckDB with the columns' own names.</summary>
/// <param name="Sql">Its name in DuckDB.</param>
/// <param name="Snapshot">The state that was read.</param>
internal sealed record WorkingTable(string Sql, IcebergTable Table, Snapshot? Snapshot, ImmutableArray<FileScanTask> Tasks)
{
    public const string Path = "\"$path\"";

    public long Bytes => Tasks.Sum(t => t.File.FileSizeInBytes);

    public Schema Schema => Table.Metadata.CurrentSchema;

    public string Columns => string.Join(", ", Schema.Fields.Select(f => DeltaTools.Core.Embedded.Sql.Name(f.Name)));

    /// <param name="withKey">Adds the column with the rows' keys, for changes.</param>
    /// <param name="withPath">Adds the hidden column <c>$path</c>.</param>
    public static async Task<WorkingTable> LoadAsync(
        DuckSession session, IcebergTable table, Snapshot? snapshot, bool withKey, bool withPath, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, cancel);
        await using PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = withPath ? [.. schema.Fields, MetadataColumns.File] : schema.Fields,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
            WithRowKey = withKey,
        }, cancel);
        IEnumerable<string> items = schema.Fields.Select(f => $"{DeltaTools.Core.Embedded.Sql.Column(f)} AS {DeltaTools.Core.Embedded.Sql.Name(f.Name)}");
        if (withPath) items = items.Append($"{MetadataColumns.File.Name} AS {Path}");
        if (withKey) items = items.Append(DeltaTools.Core.Embedded.Sql.RowKey);
        string name = session.NewName("w");
        await session.ExecuteAsync($"CREATE TABLE {name} AS SELECT {string.Join(", ", items)} FROM ({scan.Sql})", cancel);
        return new(name, table, snapshot, plan.Tasks);
    }
}
