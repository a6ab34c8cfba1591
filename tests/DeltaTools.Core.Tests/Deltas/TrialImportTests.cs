using DeltaTools.Core.Deltas;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Deltas;

/// <summary>An import that is only tried tells what the import would, and leaves no trace.</summary>
public sealed class TrialImportTests : IAsyncLifetime
{
    private readonly DeltaImportOptions _options = new() { DateReceived = new DateOnly(2021, 1, 1) };
    private Warehouse _warehouse = null!;

    [Fact]
    public async Task Try_TellsOfATableThatIsNotMade()
    {
        DeltaImport import = (await TryAsync("id,name\n1,a\n2,b\n", _options)).Import!;
        Assert.Equal((2L, 0L, null, DeltaImportStatus.Imported), (import.Rows, import.Rejected, import.SnapshotId, import.Status));
        Assert.Contains("the table is made: id long, name string, date_received date", import.Notes);
        Assert.Empty(await _warehouse.Catalog.ListTablesAsync(null, default));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Try_TellsWhatTheImportThenDoes()
    {
        await _warehouse.ImportAsync("id,name\n1,a\n", "2020-12-31");
        string[] files = Files();
        const string rows = "id,name,born\n2,b,2000-01-01\nx,c,2001-01-01\n3,d\n4,e,2002-02-02\n";
        DeltaImportOptions options = _options with { ErrorLimit = 2, SchemaEvolution = SchemaEvolution.AddColumn };

        DeltaImport tried = (await TryAsync(rows, options)).Import!;
        Assert.Equal((2L, 2L), (tried.Rows, tried.Rejected));
        Assert.Contains("column born date is new", tried.Notes);
        Assert.Equal(2, _warehouse.Rejected.Count);
        Assert.Equal(files, Files());

        DeltaImport done = await _warehouse.ImportAsync(rows, "2021-01-01", options);
        Assert.Equal((tried.Rows, tried.Rejected, tried.ContentHash), (done.Rows, done.Rejected, done.ContentHash));
        Assert.Equal(tried.Notes.AsEnumerable(), done.Notes);
        DeltaImport again = (await TryAsync(rows, options)).Import!;
        Assert.Equal((DeltaImportStatus.AlreadyImported, done.SnapshotId), (again.Status, again.SnapshotId));
    }

    [Theory]
    [InlineData("id,name,more\n1,a,b\n", IcebergErrorKind.SchemaMismatch)]
    [InlineData("id,name\nx,a\n", IcebergErrorKind.DeltaRowInvalid)]
    [InlineData("id,name\n1\n", IcebergErrorKind.DeltaRowInvalid)]
    public async Task Try_RefusesWhatTheImportRefuses(string rows, IcebergErrorKind kind)
    {
        await _warehouse.ImportAsync("id,name\n1,a\n", "2020-12-31");
        Assert.Equal(kind, (await TryAsync(rows, _options)).Refused?.Kind);
    }

    [Fact]
    public async Task Try_CountsWhatAFullExtractDerives()
    {
        await _warehouse.ImportAsync("id,name,record_deleted\n1,a,f\n2,b,f\n3,c,f\n", "2020-12-31");
        string[] files = Files();
        var extract = new FullExtract(_warehouse.Session, ["id"], 50);
        DeltaImport import = (await TryAsync("id,name\n1,a\n2,x\n4,d\n", _options with { Key = ["id"] }, extract)).Import!;
        Assert.Equal(3, import.Rows);
        Assert.Contains("full extract of 3 rows: 1 new, 1 changed, 1 missing, 1 as they were", import.Notes);
        Assert.Equal(files, Files());
    }

    public async Task InitializeAsync() => _warehouse = await Warehouse.OpenAsync();

    public async Task DisposeAsync() => await _warehouse.DisposeAsync();

    private string[] Files() => [.. Directory.GetFiles(_warehouse.Folder, "*", SearchOption.AllDirectories)
        .Where(f => f.EndsWith(".parquet", StringComparison.Ordinal) || f.EndsWith(".avro", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private async Task<DeltaOutcome> TryAsync(string csv, DeltaImportOptions options, FullExtract? extract = null)
    {
        string path = Path.Combine(_warehouse.Folder, $"{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, csv);
        DeltaSource delta = await DeltaFile.OpenAsync(_warehouse.Session, path, path, new(), default);
        var importer = new DeltaImporter(_warehouse.Session, _warehouse.Catalog, TableIdentifier.Parse("hr.raw_deltas"), options)
        {
            Reject = _warehouse.Rejected.Add,
            Derive = extract is null ? null : extract.DeriveAsync,
        };
        return Assert.Single(await importer.TryAsync([delta], default));
    }
}
