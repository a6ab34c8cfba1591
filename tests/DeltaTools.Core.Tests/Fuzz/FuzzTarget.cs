using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Fuzz;

/// <summary>A table to damage, and its files.</summary>
internal sealed class FuzzTarget : IDisposable
{
    private readonly FixtureTable _table;
    private readonly TemporaryFolder _folder = new();

    private FuzzTarget(FixtureTable table) => _table = table;

    private DuckSession Session { get; } = DuckSession.Open(new DuckOptions { MemoryLimit = 256L << 20, Threads = 2 });

    public string MetadataFile { get; private set; } = "";

    public string ManifestList { get; private set; } = "";

    public ImmutableArray<string> Manifests { get; private set; } = [];

    public ImmutableArray<string> DataFiles { get; private set; } = [];

    /// <summary>Position and equality delete files, in Parquet.</summary>
    public ImmutableArray<string> DeleteFiles { get; private set; } = [];

    public ImmutableArray<string> Puffins { get; private set; } = [];

    /// <summary>The rows of the sound table.</summary>
    public string Rows { get; private set; } = "";

    /// <param name="name">A table of the fixtures: damage with a seed is always the same damage.</param>
    public static async Task<FuzzTarget> OpenAsync(string name)
    {
        var target = new FuzzTarget(FixtureTable.Open(name));
        target.MetadataFile = FixtureFiles.At($"tables/{name}/{target._table.Expected.GetProperty("metadataFile").GetString()}");
        await target.ListAsync();
        target.Rows = await target.RowsAsync(target._table.Store);
        return target;
    }

    public Task<byte[]> ContentAsync(string location) => _table.Store.ReadAllAsync(location, default);

    /// <summary>The store with a damaged file.</summary>
    public OverlayStore Damaged(string location, byte[] content) => new(_table.Store, location, content, _folder.Path);

    /// <summary>Reads the metadata file and writes it again.</summary>
    public static void RoundTrip(byte[] metadata) => TableMetadataJson.Write(TableMetadataJson.Read(metadata, "fuzz.metadata.json"));

    /// <summary>Finds out what a scan of the current state would read.</summary>
    public Task PlanAsync(IObjectStore store) => ScanPlanner.PlanAsync(
        store, _table.Metadata, _table.Metadata.CurrentSnapshot, _table.Metadata.CurrentSchema, ScanOptions.All, default);

    public async Task<string> RowsAsync(IObjectStore store)
    {
        TableMetadata metadata = TableMetadataJson.Read(await store.ReadAllAsync(MetadataFile, default), MetadataFile);
        ScanPlan plan = await ScanPlanner.PlanAsync(store, metadata, metadata.CurrentSnapshot, metadata.CurrentSchema, ScanOptions.All, default);
        var input = new ScanInput { Tasks = plan.Tasks, Columns = metadata.CurrentSchema.Fields, Schemas = metadata.Schemas, NameMapping = NameMappingJson.Of(metadata) };
        var rows = new List<string>();
        await using PreparedScan scan = await PreparedScan.OpenAsync(Session, store, input, default);
        await foreach (RowBatch batch in scan.ReadAsync(ValueForm.Physical, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(string.Join('|', batch.Row(i).Select(Warehouse.Text)));
        }
        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }

    /// <summary>What adding the file, or checking it, takes from its footer.</summary>
    public async Task InspectAsync(string path) =>
        await ParquetFile.InspectAsync(Session, LocalObjectStore.Instance, path, _table.Metadata.CurrentSchema, null, default);

    public string NewPath() => _folder[$"f-{Guid.NewGuid():N}.parquet"];

    public void Dispose()
    {
        Session.Dispose();
        _folder.Dispose();
    }

    private async Task ListAsync()
    {
        Snapshot snapshot = _table.Metadata.CurrentSnapshot!;
        ManifestList = snapshot.ManifestList!;
        Manifests = [.. (await ManifestListReader.ReadAsync(_table.Store, snapshot, _table.Metadata, default)).Select(m => m.ManifestPath)];
        DataFile[] files =
        [
            .. (await SnapshotFiles.LiveAsync(_table.Store, _table.Metadata, snapshot, withMetrics: false, default)).Select(e => e.Entry.DataFile),
        ];
        DataFiles = [.. files.Where(f => f.Content == DataFileContent.Data).Select(f => f.FilePath)];
        DeleteFiles = [.. files.Where(f => f.Content != DataFileContent.Data && !f.IsDeletionVector).Select(f => f.FilePath)];
        Puffins = [.. files.Where(f => f.IsDeletionVector).Select(f => f.FilePath).Distinct()];
    }
}
