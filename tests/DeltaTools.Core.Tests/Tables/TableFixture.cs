using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>A table in a catalog of its own, and data files that exist in manifests only.</summary>
public sealed class TableFixture : IAsyncDisposable
{
    private static readonly TableIdentifier s_name = TableIdentifier.Parse("hr.t");
    private readonly TemporaryFolder _folder = new();

    private TableFixture()
    {
    }

    public string Folder => _folder.Path;

    public ICatalog Catalog { get; private set; } = null!;

    /// <summary>The table as last seen.</summary>
    public IcebergTable Table { get; private set; } = null!;

    /// <summary>With a bucketed partition of the id when asked for; spec 0.</summary>
    public static async Task<TableFixture> CreateAsync(int formatVersion = 2, bool partitioned = false, params (string, string)[] properties)
    {
        var fixture = new TableFixture();
        fixture.Catalog = await SqliteCatalog.OpenAsync("w", fixture._folder["warehouse"], default);
        await fixture.CreateTableAsync(formatVersion, partitioned, properties);
        return fixture;
    }

    /// <summary>In a catalog whose swaps can be disturbed; with short waits.</summary>
    public static async Task<(TableFixture Fixture, InMemoryCatalog Catalog)> CreateInMemoryAsync(params (string, string)[] properties)
    {
        var fixture = new TableFixture();
        var catalog = new InMemoryCatalog(fixture._folder["warehouse"]);
        fixture.Catalog = catalog;
        await fixture.CreateTableAsync(
            2, false, [(TableProperties.RetryMinWait, "1"), ("commit.status-check.min-wait-ms", "1"), .. properties]);
        return (fixture, catalog);
    }

    private async Task CreateTableAsync(int formatVersion, bool partitioned, (string, string)[] properties)
    {
        PartitionSpec spec = partitioned ? new(0, [PartitionField.Of(1, 1000, "id_bucket", Transform.Bucket(4))]) : PartitionSpec.Unpartitioned;
        LoadedTable loaded = await Catalog.CreateTableAsync(
            s_name, null,
            location => SampleTables.New(location, formatVersion, properties) with { PartitionSpecs = [spec], LastPartitionId = spec.HighestFieldId },
            default);
        Table = IcebergTable.Of(Catalog, loaded);
    }

    /// <summary>The same table through another connection, as another writer has it.</summary>
    public async Task<IcebergTable> OtherAsync() => await IcebergTable.LoadAsync(
        Catalog is InMemoryCatalog memory ? new InMemoryCatalog(memory.Warehouse, memory.Pointers) : Catalog, s_name, default);

    public async Task<CommitResult> CommitAsync(params TableAction[] actions)
    {
        CommitResult result = await Table.CommitAsync(actions, default);
        Table = result.Table;
        return result;
    }

    public Task<CommitResult> AppendAsync(params string[] names) => CommitAsync(new AppendFiles([.. names.Select(n => Data(n))]));

    /// <summary>A data file of 10 rows and 100 bytes.</summary>
    public DataFile Data(string name, int? bucket = null, long rows = 10) => new()
    {
        FilePath = $"{Table.Metadata.Location}/data/{name}.parquet",
        RecordCount = rows,
        FileSizeInBytes = 100,
        Partition = Tuple(bucket),
    };

    /// <summary>Position deletes of one row for one data file.</summary>
    public DataFile Deletes(string name, DataFile target) => new()
    {
        Content = DataFileContent.PositionDeletes,
        FilePath = $"{Table.Metadata.Location}/data/{name}.parquet",
        RecordCount = 1,
        FileSizeInBytes = 50,
        Partition = target.Partition,
        ReferencedDataFile = target.FilePath,
    };

    public DataFile EqualityDeletes(string name, int? bucket = null) => new()
    {
        Content = DataFileContent.EqualityDeletes,
        FilePath = $"{Table.Metadata.Location}/data/{name}.parquet",
        RecordCount = 1,
        FileSizeInBytes = 50,
        Partition = Tuple(bucket),
        EqualityIds = [1],
    };

    public DataFile Vector(string name, DataFile target, long offset = 4) => Deletes(name, target) with
    {
        FilePath = $"{Table.Metadata.Location}/data/{name}.puffin",
        Format = FileFormat.Puffin,
        ContentOffset = offset,
        ContentSizeInBytes = 40,
    };

    /// <summary>The manifests of a snapshot; null: of the current one.</summary>
    public async Task<IReadOnlyList<ManifestFile>> ManifestsAsync(Snapshot? snapshot = null) =>
        (snapshot ?? Table.Metadata.CurrentSnapshot) is { } wanted ? await ManifestListReader.ReadAsync(Table.Store, wanted, Table.Metadata, default) : [];

    public async Task<List<ManifestEntry>> EntriesAsync(Snapshot? snapshot = null) =>
        (snapshot ?? Table.Metadata.CurrentSnapshot) is { } wanted ? await EntriesAsync(Table, wanted) : [];

    public static async Task<List<ManifestEntry>> EntriesAsync(IcebergTable table, Snapshot snapshot)
    {
        List<ManifestEntry> entries = [];
        foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(table.Store, snapshot, table.Metadata, default))
        {
            entries.AddRange(await ManifestReader.ReadAsync(table.Store, manifest, table.Metadata, ManifestReadOptions.All, default));
        }
        return entries;
    }

    /// <summary>Names of the live files of a snapshot, sorted; null: of the current one.</summary>
    public async Task<string[]> LiveAsync(Snapshot? snapshot = null) =>
        [.. (await EntriesAsync(snapshot)).Where(e => e.IsLive).Select(e => Path.GetFileNameWithoutExtension(e.DataFile.FilePath)).Order(StringComparer.Ordinal)];

    /// <summary>Metadata files in the table's folder that no snapshot and no metadata log refers to.</summary>
    public async Task<string[]> LeftoversAsync()
    {
        await Task.CompletedTask;
        HashSet<string> known = [Table.MetadataLocation, .. Table.Metadata.MetadataLog.Select(e => e.MetadataFile)];
        foreach (Snapshot snapshot in Table.Metadata.Snapshots)
        {
            known.Add(snapshot.ManifestList!);
            known.UnionWith((await ManifestsAsync(snapshot)).Select(m => m.ManifestPath));
        }
        return [.. Directory.GetFiles(_folder["warehouse/hr/t"], "*", SearchOption.AllDirectories).Select(f => "file://" + f).Where(f => !known.Contains(f))];
    }

    public static ImmutableArray<DataFile> Of(params DataFile[] files) => [.. files];

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }

    private PartitionTuple Tuple(int? bucket) =>
        Table.Metadata.DefaultSpec.IsUnpartitioned ? PartitionTuple.Empty : PartitionTuple.Of(bucket);
}
