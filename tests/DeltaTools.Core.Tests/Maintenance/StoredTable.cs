using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Maintenance;

/// <summary>A table with real data files, in a catalog of its own.</summary>
public sealed class StoredTable : IAsyncDisposable
{
    private static readonly TableIdentifier s_name = TableIdentifier.Parse("hr.t");
    private readonly TemporaryFolder _folder = new();

    private StoredTable()
    {
    }

    public string Folder => _folder.Path;

    public SqliteCatalog Catalog { get; private set; } = null!;

    public DuckSession Session { get; } = DuckSession.Open(new DuckOptions { MemoryLimit = 1L << 30, Threads = 2 });

    /// <summary>The table as last seen.</summary>
    public IcebergTable Table { get; private set; } = null!;

    public TableMetadata Metadata => Table.Metadata;

    public Snapshot Head => Metadata.CurrentSnapshot!;

    public static async Task<StoredTable> CreateAsync(
        string schema = "id int, name string", int formatVersion = 2, string[]? partition = null, string[]? sort = null, params (string Name, string Value)[] properties)
    {
        var table = new StoredTable();
        table.Catalog = await SqliteCatalog.OpenAsync("w", table._folder["warehouse"], default);
        Schema parsed = SchemaText.Parse(schema);
        table.Table = await IcebergTable.CreateAsync(table.Catalog, s_name, new NewTable(parsed)
        {
            PartitionSpec = partition is null ? PartitionSpec.Unpartitioned : PartitionText.Parse(partition, parsed),
            SortOrder = sort is null ? SortOrder.Unsorted : SortText.Parse(sort, parsed),
            FormatVersion = formatVersion,
            Properties = StringMap.Of(properties.Select(p => KeyValuePair.Create(p.Name, p.Value))),
        }, null, default);
        return table;
    }

    /// <summary>The same table, as another writer has it.</summary>
    public Task<IcebergTable> OtherAsync() => IcebergTable.LoadAsync(Catalog, s_name, default);

    public async Task<CommitResult> CommitAsync(params TableAction[] actions)
    {
        CommitResult result = await Table.CommitAsync(actions, default);
        Table = result.Table;
        return result;
    }

    public async Task RefreshAsync() => Table = await Table.RefreshAsync(default);

    /// <summary>Appends rows of a SELECT whose columns are those of the schema in their order.</summary>
    public async Task AppendAsync(string select) => await CommitAsync(new AppendFiles(await WriteAsync(select)));

    /// <summary>Rows with ids from one up to another, exclusive.</summary>
    public Task AppendIdsAsync(int from, int to) => AppendAsync(
        string.Create(CultureInfo.InvariantCulture, $"SELECT i::INT, 'n' || i FROM range({from}, {to}) t(i)"));

    public Task<ImmutableArray<DataFile>> WriteAsync(string select)
    {
        WriteTarget target = WriteTarget.Of(Metadata);
        string names = string.Join(", ", target.Columns.Select(c => Sql.Name(Sql.Column(c))));
        return DataFileWriter.WriteAsync(Session, Table.Store, target, $"SELECT * FROM ({select}) r({names})", default);
    }

    /// <summary>Deletes rows by position, or by vector in version 3.</summary>
    /// <param name="condition">Over columns named f and the field id.</param>
    public async Task DeleteAsync(string condition)
    {
        ScanPlan plan = await PlanAsync();
        ScanInput input = Input(plan.Tasks, Metadata.CurrentSchema.Fields) with { FilterSql = condition, WithRowKey = true };
        await using PreparedScan scan = await PreparedScan.OpenAsync(Session, Table.Store, input, default);
        RowDeletes deletes = await RowDeletes.WriteAsync(
            Session, Table.Store, DeleteTarget.Of(Metadata), plan.Tasks, $"SELECT {Sql.RowKey} AS k FROM ({scan.Sql})", default);
        await CommitAsync(new RowDelta(Head.SnapshotId) { AddedDeletes = deletes.Added, RemovedDeletes = deletes.Replaced });
    }

    /// <summary>Deletes ids by an equality delete file, as other engines write them.</summary>
    public async Task<DataFile> DeleteEqualAsync(params int[] ids)
    {
        string location = TableLocations.NewDataFile(Metadata, $"eq-{Guid.NewGuid():N}.parquet");
        string path = Table.Store.WritePath(location);
        await Session.ExecuteAsync(
            $"COPY (SELECT unnest([{string.Join(',', ids)}])::INT AS id) TO {Sql.Text(path)} (FORMAT parquet, FIELD_IDS {{id: 1}})", default);
        await Table.Store.PublishAsync(location, default);
        var file = new DataFile
        {
            Content = DataFileContent.EqualityDeletes,
            FilePath = location,
            RecordCount = ids.Length,
            FileSizeInBytes = new FileInfo(path).Length,
            EqualityIds = [1],
        };
        await CommitAsync(new RowDelta(Head.SnapshotId) { AddedDeletes = [file], Isolation = Isolation.None });
        return file;
    }

    public Task<ScanPlan> PlanAsync(Snapshot? snapshot = null) => ScanPlanner.PlanAsync(
        Table.Store, Metadata, snapshot ?? Metadata.CurrentSnapshot, Metadata.CurrentSchema,
        new ScanOptions { MetricFields = [.. Metadata.CurrentSchema.AllFields.Select(f => f.Id)] }, default);

    public Compaction Compaction(CompactionOptions? options = null, Action<string>? log = null) =>
        new(Session, Table, options ?? new()) { Log = log ?? (_ => { }) };

    /// <summary>Optimises the table as last seen, and takes it as it is then.</summary>
    public async Task<CompactionResult> OptimizeAsync(CompactionOptions? options = null, Action<string>? log = null)
    {
        CompactionResult result = await Compaction(options, log).RunAsync(default);
        await RefreshAsync();
        return result;
    }

    /// <summary>The rows, values joined by bars, in the order of the scan: file by file.</summary>
    public async Task<List<string>> RowsAsync(Snapshot? snapshot = null, bool lineage = false) =>
        await RowsAsync((await PlanAsync(snapshot)).Tasks, lineage);

    public async Task<List<string>> RowsAsync(ImmutableArray<FileScanTask> tasks, bool lineage = false)
    {
        ImmutableArray<NestedField> columns = Metadata.CurrentSchema.Fields;
        if (lineage) columns = [.. columns, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber];
        var rows = new List<string>();
        foreach (FileScanTask task in tasks)
        {
            await using PreparedScan scan = await PreparedScan.OpenAsync(Session, Table.Store, Input([task], columns), default);
            await foreach (RowBatch batch in scan.ReadAsync(ValueForm.User, default))
            {
                for (int i = 0; i < batch.Count; i++) rows.Add(string.Join('|', batch.Row(i).Select(Merge.Warehouse.Text)));
            }
        }
        return rows;
    }

    /// <summary>The rows sorted as text.</summary>
    public async Task<List<string>> SortedRowsAsync(bool lineage = false) => [.. (await RowsAsync(lineage: lineage)).Order(StringComparer.Ordinal)];

    /// <summary>Files of the table's folder that nothing refers to.</summary>
    public async Task<string[]> LeftoversAsync()
    {
        IReadOnlySet<string> known = await TableFiles.OfAsync(Metadata, Table.MetadataLocation, Table.Store, default);
        return
        [
            .. Directory.GetFiles(_folder["warehouse/hr/t"], "*", SearchOption.AllDirectories)
                .Select(f => "file://" + f).Where(f => !known.Contains(f)).Order(StringComparer.Ordinal),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }

    private ScanInput Input(ImmutableArray<FileScanTask> tasks, ImmutableArray<NestedField> columns) => new()
    {
        Tasks = tasks,
        Columns = columns,
        Schemas = Metadata.Schemas,
        NameMapping = NameMappingJson.Of(Metadata),
    };
}
