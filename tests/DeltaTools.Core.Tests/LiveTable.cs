using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests;

/// <summary>A table with real rows, in a warehouse of its own.</summary>
public sealed class LiveTable : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqliteCatalog Catalog { get; private set; } = null!;

    public DuckSession Session { get; } = DuckSession.Open(new DuckOptions { MemoryLimit = 512L << 20, Threads = 2 });

    /// <summary>As last seen.</summary>
    public IcebergTable Table { get; set; } = null!;

    public TableMetadata Metadata => Table.Metadata;

    public string Folder => _folder.Path;

    public string this[string name] => _folder[name];

    public static Task<LiveTable> CreateAsync(string schema, params ImmutableArray<string> partition) => CreateAsync(SchemaText.Parse(schema), 2, partition);

    public static async Task<LiveTable> CreateAsync(Schema schema, int formatVersion, params ImmutableArray<string> partition)
    {
        var live = new LiveTable();
        live.Catalog = await SqliteCatalog.OpenAsync("w", live._folder["warehouse"], default);
        var table = new NewTable(schema) { PartitionSpec = PartitionText.Parse(partition, schema), FormatVersion = formatVersion };
        live.Table = await IcebergTable.CreateAsync(live.Catalog, TableIdentifier.Parse("hr.t"), table, null, default);
        return live;
    }

    public async Task<CommitResult> CommitAsync(params TableAction[] actions)
    {
        CommitResult result = await Table.CommitAsync(actions, default);
        Table = result.Table;
        return result;
    }

    /// <summary>Appends rows in one commit.</summary>
    /// <param name="select">A SELECT of columns <c>f1</c>, <c>f2</c> and so on, after the field ids.</param>
    public async Task<Snapshot> AppendAsync(string select) =>
        (await CommitAsync(new AppendFiles(await DataFileWriter.WriteAsync(Session, Table.Store, WriteTarget.Of(Metadata), select, default)))).Snapshot!;

    /// <summary>Deletes the rows with a condition over <c>f1</c> and so on, by position deletes or deletion vectors.</summary>
    public async Task<Snapshot?> DeleteAsync(string condition)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(Table.Store, Metadata, Metadata.CurrentSnapshot, Metadata.CurrentSchema, ScanOptions.All, default);
        string keys = Session.NewName("gone");
        await using (PreparedScan scan = await PreparedScan.OpenAsync(Session, Table.Store, Input(plan, Metadata.CurrentSchema) with { WithRowKey = true }, default))
            await Session.ExecuteAsync($"CREATE TABLE {keys} AS SELECT {Sql.RowKey} AS k FROM ({scan.Sql}) WHERE {condition}", default);
        RowDeletes deletes = await RowDeletes.WriteAsync(Session, Table.Store, DeleteTarget.Of(Metadata), plan.Tasks, $"SELECT k FROM {keys}", default);
        if (deletes.Added.IsEmpty) return null;
        return (await CommitAsync(new RowDelta(Metadata.CurrentSnapshotId) { AddedDeletes = deletes.Added, RemovedDeletes = deletes.Replaced })).Snapshot;
    }

    /// <summary>Rows as text, values joined by bars, sorted; of the current state and schema unless others are given.</summary>
    public async Task<List<string>> RowsAsync(Snapshot? snapshot = null, Schema? schema = null)
    {
        List<object?[]> rows = await ReadAsync(snapshot ?? Metadata.CurrentSnapshot, schema ?? Metadata.CurrentSchema, ValueForm.User);
        return [.. rows.Select(r => string.Join('|', r.Select(Warehouse.Text))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Rows with their values in physical form.</summary>
    public Task<List<object?[]>> ValuesAsync(Snapshot? snapshot, Schema schema) => ReadAsync(snapshot, schema, ValueForm.Physical);

    private async Task<List<object?[]>> ReadAsync(Snapshot? snapshot, Schema schema, ValueForm form)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(Table.Store, Metadata, snapshot, schema, ScanOptions.All, default);
        await using PreparedScan scan = await PreparedScan.OpenAsync(Session, Table.Store, Input(plan, schema), default);
        var rows = new List<object?[]>();
        await foreach (RowBatch batch in scan.ReadAsync(form, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(batch.Row(i));
        }
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }

    private ScanInput Input(ScanPlan plan, Schema schema) => new()
    {
        Tasks = plan.Tasks,
        Columns = schema.Fields,
        Schemas = Metadata.Schemas,
        NameMapping = NameMappingJson.Of(Metadata),
    };
}
