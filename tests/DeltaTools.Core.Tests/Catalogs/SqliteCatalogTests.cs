using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using Microsoft.Data.Sqlite;

namespace DeltaTools.Core.Tests.Catalogs;

public sealed class SqliteCatalogTests : CatalogConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder["warehouse/catalog.db"];

    public void Dispose() => _folder.Dispose();

    protected override async Task<ICatalog> ConnectAsync() => await SqliteCatalog.OpenAsync("w", _folder["warehouse"], default);

    [Fact]
    public async Task OpenAsync_MakesTheSchemaThatJavaAndPyIcebergUse()
    {
        await CreateAsync();

        Assert.Equal(
            ["catalog_name|VARCHAR(255)|1|1", "table_namespace|VARCHAR(255)|1|2", "table_name|VARCHAR(255)|1|3",
                "metadata_location|VARCHAR(1000)|0|0", "previous_metadata_location|VARCHAR(1000)|0|0", "iceberg_type|VARCHAR(5)|0|0"],
            Query("SELECT name || '|' || type || '|' || \"notnull\" || '|' || pk FROM pragma_table_info('iceberg_tables')"));
        Assert.Equal(["default|hr|exists|true"],
            Query("SELECT catalog_name || '|' || namespace || '|' || property_key || '|' || property_value FROM iceberg_namespace_properties"));
        Assert.Equal(["default|hr|employee|TABLE"],
            Query("SELECT catalog_name || '|' || table_namespace || '|' || table_name || '|' || iceberg_type FROM iceberg_tables"));
        Assert.Equal(["delete"], Query("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task CommitAsync_KeepsThePreviousLocation()
    {
        LoadedTable first = await CreateAsync();
        LoadedTable second = await Catalog.CommitAsync(first, Set("a", "b", first), default);

        Assert.Equal([$"{second.MetadataLocation}|{first.MetadataLocation}"],
            Query("SELECT metadata_location || '|' || previous_metadata_location FROM iceberg_tables"));
    }

    [Fact]
    public async Task OpenAsync_V0IsReadAndWrittenAsItIs()
    {
        LoadedTable table = await CreateAsync();
        Query("ALTER TABLE iceberg_tables DROP COLUMN iceberg_type");
        Query("DROP TABLE iceberg_namespace_properties");
        await using ICatalog old = await ConnectAsync();

        Assert.Equal(["hr"], (await old.ListNamespacesAsync(default)).Select(n => n.Single()));
        LoadedTable changed = await old.CommitAsync(await old.LoadTableAsync(table.Identifier, default), Set("a", "b", table), default);
        await old.CreateTableAsync(TableIdentifier.Parse("hr.second"), null, l => SampleTables.New(l), default);

        Assert.Equal("b", changed.Metadata.Properties["a"]);
        Assert.Equal(2, (await old.ListTablesAsync(null, default)).Count);
        Assert.Empty(Query("SELECT name FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'"));
    }

    [Fact]
    public async Task ListTablesAsync_LeavesOutViewsAndTheirNamesAreTaken()
    {
        await CreateAsync();
        Query("INSERT INTO iceberg_tables VALUES ('default', 'hr', 'a_view', 'file:///v', NULL, 'VIEW')");

        Assert.Equal(["hr.employee"], (await Catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        var error = await Assert.ThrowsAsync<IcebergException>(() => CreateAsync("hr.a_view"));
        Assert.Equal(IcebergErrorKind.TableExists, error.Kind);
    }

    [Fact]
    public async Task OpenAsync_ContinuesUnderTheOneNameThatTheRowsBear()
    {
        await CreateAsync();
        Query("UPDATE iceberg_tables SET catalog_name = 'demo'");
        Query("UPDATE iceberg_namespace_properties SET catalog_name = 'demo'");
        await using ICatalog theirs = await ConnectAsync();
        await theirs.CreateTableAsync(TableIdentifier.Parse("hr.ours"), null, l => SampleTables.New(l), default);

        Assert.Equal(["employee", "ours"], Query("SELECT table_name FROM iceberg_tables WHERE catalog_name = 'demo' ORDER BY 1"));
    }

    [Fact]
    public async Task OpenAsync_FileThatIsNoDatabaseIsCorrupt()
    {
        File.WriteAllText(Database, new string('x', 5000));
        await AssertOpenFails(IcebergErrorKind.Corrupt, "not a SQLite database");
    }

    [Fact]
    public async Task OpenAsync_DamagedDatabaseIsCorrupt()
    {
        for (int i = 0; i < 40; i++) await CreateAsync($"hr.t{i}");
        byte[] bytes = File.ReadAllBytes(Database);
        bytes.AsSpan(4096).Fill(0xee);
        File.WriteAllBytes(Database, bytes);

        await AssertOpenFails(IcebergErrorKind.Corrupt, "catalog.db");
    }

    [Fact]
    public async Task OpenAsync_AnotherProgramsDatabaseIsCorrupt()
    {
        Query("DROP TABLE iceberg_tables");
        Query("CREATE TABLE shopping (item TEXT)");
        await AssertOpenFails(IcebergErrorKind.Corrupt, "iceberg_tables");
        Query("CREATE TABLE iceberg_tables (catalog_name TEXT)");
        await AssertOpenFails(IcebergErrorKind.Corrupt, "has no column table_namespace");
    }

    [Fact]
    public async Task OpenAsync_WarehouseBelowAFileIsStorageFailed()
    {
        File.WriteAllText(_folder["file"], "");
        var error = await Assert.ThrowsAsync<IcebergException>(() => SqliteCatalog.OpenAsync("w", _folder["file/warehouse"], default));
        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
    }

    [Fact]
    public async Task LoadTableAsync_WaitsForAWriterOfAnotherProgram()
    {
        await CreateAsync();
        using SqliteConnection other = Open();
        new SqliteCommand("BEGIN EXCLUSIVE", other).ExecuteNonQuery();
        Task<LoadedTable> load = Catalog.LoadTableAsync(TableIdentifier.Parse("hr.employee"), default);
        await Task.Delay(100);
        Assert.False(load.IsCompleted);
        new SqliteCommand("ROLLBACK", other).ExecuteNonQuery();

        Assert.Equal("employee", (await load).Identifier.Name);
    }

    [Fact]
    public async Task LoadTableAsync_WaitingCanBeCancelled()
    {
        using SqliteConnection other = Open();
        new SqliteCommand("BEGIN EXCLUSIVE", other).ExecuteNonQuery();
        using var cancel = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Catalog.LoadTableAsync(TableIdentifier.Parse("hr.employee"), cancel.Token));
    }

    [Fact]
    public async Task CommitAsync_KeepsTheLogShortAndDeletesOldMetadataWhenAskedTo()
    {
        LoadedTable table = await CreateAsync(
            "hr.employee", (TableProperties.MetadataPreviousVersionsMax, "2"), (TableProperties.MetadataDeleteAfterCommit, "true"));
        List<string> locations = [table.MetadataLocation];
        for (int i = 0; i < 5; i++)
        {
            table = await Catalog.CommitAsync(table, Set("i", $"{i}", table), default);
            locations.Add(table.MetadataLocation);
        }

        Assert.Equal(locations[^3..^1], table.Metadata.MetadataLog.Select(e => e.MetadataFile));
        Assert.Equal(locations[^3..].Order(), (await FilesAsync(table)).Order());
        Assert.StartsWith("00005-", Path.GetFileName(table.MetadataLocation));
    }

    [Fact]
    public async Task CommitAsync_WritesMetadataWhereAndHowTheTableWantsIt()
    {
        LoadedTable table = await CreateAsync(
            "hr.employee", (TableProperties.MetadataCompression, "gzip"), (TableProperties.MetadataPath, _folder["warehouse/elsewhere"]));

        Assert.EndsWith(".gz.metadata.json", table.MetadataLocation);
        Assert.StartsWith(_folder["warehouse/elsewhere"] + "/00000-", table.MetadataLocation);
        Assert.Equal([0x1f, 0x8b], File.ReadAllBytes(table.MetadataLocation)[..2]);
        Assert.Equal(table.Metadata.TableUuid, (await Catalog.LoadTableAsync(table.Identifier, default)).Metadata.TableUuid);
    }

    private async Task AssertOpenFails(IcebergErrorKind kind, string text)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(async () =>
        {
            await using ICatalog catalog = await ConnectAsync();
            await catalog.ListTablesAsync(null, default);
        });
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Message);
        Assert.Contains(Database, error.Message);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private List<string> Query(string sql)
    {
        using SqliteConnection connection = Open();
        using SqliteDataReader rows = new SqliteCommand(sql, connection).ExecuteReader();
        List<string> found = [];
        while (rows.Read()) found.Add(rows.GetString(0));
        return found;
    }
}
