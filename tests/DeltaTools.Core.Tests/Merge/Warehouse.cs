using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>A warehouse in a temporary folder with a raw and a report table, driven as the cmdlets drive Core.</summary>
public sealed class Warehouse : IAsyncDisposable
{
    private readonly TemporaryFolder? _temporary;
    private readonly TableIdentifier _raw;
    private readonly TableIdentifier _report;
    private int _files;

    private Warehouse(TemporaryFolder? temporary, string folder, TableIdentifier raw, TableIdentifier report)
    {
        _temporary = temporary;
        Folder = folder;
        _raw = raw;
        _report = report;
        Engine = (target, source, options) => new EmbeddedMerge(Session, target, source, options);
    }

    public string Folder { get; }

    public ICatalog Catalog { get; private set; } = null!;

    /// <summary>What merges; the embedded engine if nothing is said.</summary>
    public Func<IcebergTable, IcebergTable, MergeOptions, IMergeEngine> Engine { get; set; }

    public DuckSession Session { get; } = DuckSession.Open();

    public List<BadRow> Rejected { get; } = [];

    /// <param name="catalog">A catalog to use, which is not disposed; null makes one in a folder.</param>
    public static Task<Warehouse> OpenAsync(string raw = "hr.raw_deltas", string report = "hr.employee", ICatalog? catalog = null)
    {
        var temporary = new TemporaryFolder();
        return OpenAsync(temporary, temporary.Path, raw, report, catalog);
    }

    /// <summary>A warehouse that another process made, and that stays.</summary>
    public static Task<Warehouse> AtAsync(string folder) => OpenAsync(null, folder, "hr.raw_deltas", "hr.employee", null);

    public Task CreateReportAsync(string schema, int formatVersion = 2, params (string Name, string Value)[] properties) =>
        CreateAsync(_report, schema, formatVersion, "", properties);

    public Task CreateRawAsync(string schema, string partition = "", params (string Name, string Value)[] properties) =>
        CreateAsync(_raw, schema, 2, partition, properties);

    /// <param name="partition">Fields of the spec, with semicolons between them.</param>
    public Task CreatePartitionedRawAsync(string schema, string partition, int formatVersion, params (string Name, string Value)[] properties) =>
        CreateAsync(_raw, schema, formatVersion, partition, properties);

    public Task CreatePartitionedReportAsync(string schema, string partition, int formatVersion = 2, params (string Name, string Value)[] properties) =>
        CreateAsync(_report, schema, formatVersion, partition, properties);

    public Task<DeltaImport> ImportAsync(string csv, string? date, DeltaImportOptions? options = null) => ImportFileAsync(csv, ".csv", date, options);

    public Task<DeltaImport> ImportJsonAsync(string jsonLines, string date, DeltaImportOptions? options = null) => ImportFileAsync(jsonLines, ".jsonl", date, options);

    public async Task<DeltaImport> ImportFileAsync(string text, string extension, string? date, DeltaImportOptions? options = null) =>
        (await ImportFilesAsync([text], extension, date, options))[0];

    /// <summary>Imports several deltas in one commit.</summary>
    public async Task<IReadOnlyList<DeltaImport>> ImportFilesAsync(string[] texts, string extension, string? date, DeltaImportOptions? options = null)
    {
        List<DeltaSource> deltas = [];
        foreach (string text in texts)
        {
            string path = Path.Combine(Folder, $"delta-{Environment.ProcessId}-{++_files}{extension}");
            await File.WriteAllTextAsync(path, text);
            deltas.Add(await DeltaFile.OpenAsync(Session, path, path, new DeltaReadOptions(), default));
        }
        options = (options ?? new()) with { DateReceived = date is null ? null : Date(date) };
        IReadOnlyList<DeltaOutcome> outcomes =
            await new DeltaImporter(Session, Catalog, _raw, options) { Reject = Rejected.Add }.ImportAsync(deltas, default);
        return [.. outcomes.Select(o => o.Import ?? throw o.Refused!)];
    }

    public async Task<MergeSummary> MergeAsync(string date, MergeOptions? options = null)
    {
        await using IMergeEngine merge = Engine(await ReportAsync(), await RawAsync(), Options(date, options));
        return await merge.ApplyAsync(default);
    }

    public async Task<MergePlan> PlanAsync(string date, MergeOptions? options = null)
    {
        await using IMergeEngine merge = Engine(await ReportAsync(), await RawAsync(), Options(date, options));
        return await merge.PlanAsync(default);
    }

    /// <summary>Imports a file that holds every row there is.</summary>
    public async Task<DeltaImport> ImportExtractAsync(string csv, string date, string[]? key = null, double maxDeletePercent = FullExtract.DefaultMaxDeletePercent)
    {
        string path = Path.Combine(Folder, $"extract-{Environment.ProcessId}-{++_files}.csv");
        await File.WriteAllTextAsync(path, csv);
        DeltaSource delta = await DeltaFile.OpenAsync(Session, path, path, new DeltaReadOptions(), default);
        var options = new DeltaImportOptions { DateReceived = Date(date), Key = [.. key ?? ["id"]] };
        var importer = new DeltaImporter(Session, Catalog, _raw, options) { Reject = Rejected.Add, Derive = new FullExtract(Session, options.Key, maxDeletePercent).DeriveAsync };
        DeltaOutcome outcome = (await importer.ImportAsync([delta], default))[0];
        return outcome.Import ?? throw outcome.Refused!;
    }

    public async Task<MergeSummary> MergeCheckedAsync(string date, MergeChecks checks, MergeOptions? options = null)
    {
        await using AuditedMerge merge = new(Session, await ReportAsync(), await RawAsync(), Options(date, options), checks);
        return await merge.ApplyAsync(default);
    }

    public Task<IcebergTable> ReportAsync() => IcebergTable.LoadAsync(Catalog, _report, default);

    public Task<IcebergTable> RawAsync() => IcebergTable.LoadAsync(Catalog, _raw, default);

    /// <summary>The report's rows as text, values joined by bars, sorted by the first column.</summary>
    public async Task<List<string>> RowsAsync() => await RowsAsync(await ReportAsync());

    public async Task<List<string>> RowsAsync(IcebergTable table, Snapshot? snapshot = null)
    {
        snapshot ??= table.Metadata.CurrentSnapshot;
        Schema schema = table.Metadata.CurrentSchema;
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, default);
        return [.. (await RowsInOrderAsync(table, plan.Tasks)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The rows of files as text, as the scan gives them.</summary>
    public async Task<List<string>> RowsInOrderAsync(IcebergTable table, ImmutableArray<FileScanTask> files)
    {
        await using PreparedScan scan = await PreparedScan.OpenAsync(Session, table.Store, new ScanInput
        {
            Tasks = files,
            Columns = table.Metadata.CurrentSchema.Fields,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
        }, default);
        var rows = new List<string>();
        await foreach (RowBatch batch in scan.ReadAsync(ValueForm.User, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(string.Join('|', batch.Row(i).Select(Text)));
        }
        return rows;
    }

    public static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Text(object? value) => value switch
    {
        null => "NULL",
        DateOnly d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime t => t.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
        byte[] b => Convert.ToHexString(b),
        object?[] items => $"[{string.Join(",", items.Select(Text))}]",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        if (Catalog is SqliteCatalog) await Catalog.DisposeAsync();
        _temporary?.Dispose();
    }

    private static async Task<Warehouse> OpenAsync(TemporaryFolder? temporary, string folder, string raw, string report, ICatalog? catalog) =>
        new(temporary, folder, TableIdentifier.Parse(raw), TableIdentifier.Parse(report)) { Catalog = catalog ?? await SqliteCatalog.OpenAsync("test", folder, default) };

    private static MergeOptions Options(string date, MergeOptions? options) => (options ?? new() { ReportDate = default, Key = ["employee_id"] }) with { ReportDate = Date(date) };

    private async Task CreateAsync(TableIdentifier table, string schema, int formatVersion, string partition, (string Name, string Value)[] properties)
    {
        Schema parsed = SchemaText.Parse(schema);
        PartitionSpec spec = partition.Length == 0 ? PartitionSpec.Unpartitioned : PartitionText.Parse(partition.Split(';'), parsed);
        await Catalog.CreateTableAsync(table, null, location => TableMetadataFactory.Create(
            parsed, spec, SortOrder.Unsorted, location, StringMap.Of(properties.Select(p => KeyValuePair.Create(p.Name, p.Value))),
            formatVersion, Guid.NewGuid(), DateTimeOffset.UtcNow), default);
    }
}
