using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Catalogs;

/// <summary>What every catalog must do. A catalog's tests derive from this class and say how to connect.</summary>
public abstract class CatalogConformance : IAsyncLifetime
{
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    protected ICatalog Catalog { get; private set; } = null!;

    /// <summary>Whether namespaces may lie in namespaces.</summary>
    protected virtual bool HasNestedNamespaces => true;

    /// <summary>Connects to an empty catalog; called again, to the same one.</summary>
    protected abstract Task<ICatalog> ConnectAsync();

    public virtual async Task InitializeAsync() => Catalog = await ConnectAsync();

    public virtual async Task DisposeAsync() => await Catalog.DisposeAsync();

    protected Task<LoadedTable> CreateAsync(string name = "hr.employee", params (string, string)[] properties) =>
        Catalog.CreateTableAsync(TableIdentifier.Parse(name), null, location => SampleTables.New(location, 2, properties), default);

    protected static TableCommit Set(string name, string value, LoadedTable table) =>
        new([new AssertTableUuid(table.Metadata.TableUuid!.Value)], [new SetProperties(SampleTables.Properties((name, value)))]);

    /// <summary>A change that only the first of several writers can make.</summary>
    protected static TableCommit AddColumn(string name, LoadedTable table) => new(
        [new AssertTableUuid(table.Metadata.TableUuid!.Value), new AssertCurrentSchemaId(table.Metadata.CurrentSchemaId)],
        [
            new AddSchema(Schema.Of([.. table.Metadata.CurrentSchema.Fields, new NestedField(table.Metadata.LastColumnId + 1, name, IcebergType.String)])),
            new SetCurrentSchema(TableUpdate.LastAdded),
        ]);

    [Fact]
    public async Task CreateTableAsync_TableCanBeLoadedByAnyConnection()
    {
        LoadedTable created = await CreateAsync();
        await using ICatalog other = await ConnectAsync();
        LoadedTable loaded = await other.LoadTableAsync(s_employee, default);

        Assert.Equal(created.MetadataLocation, loaded.MetadataLocation);
        Assert.Equal(created.Metadata.TableUuid, loaded.Metadata.TableUuid);
        Assert.Equal(SampleTables.Schema, loaded.Metadata.CurrentSchema);
        Assert.Equal($"{Catalog.Warehouse}/hr/employee", loaded.Metadata.Location);
        Assert.StartsWith(loaded.Metadata.Location + "/metadata/00000-", loaded.MetadataLocation);
        Assert.EndsWith(".metadata.json", loaded.MetadataLocation);
    }

    [Fact]
    public async Task CreateTableAsync_TakenNameIsTableExistsAndLeavesNoFile()
    {
        LoadedTable created = await CreateAsync();

        var error = await Assert.ThrowsAsync<IcebergException>(() => CreateAsync());

        Assert.Equal(IcebergErrorKind.TableExists, error.Kind);
        Assert.Contains("hr.employee", error.Message);
        Assert.Equal([created.MetadataLocation], await FilesAsync(created));
    }

    [Fact]
    public async Task CreateTableAsync_OfManyOneWins()
    {
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await CreateAsync();
                return true;
            }
            catch (IcebergException error) when (error.Kind == IcebergErrorKind.TableExists)
            {
                return false;
            }
        }));

        Assert.Single(won, w => w);
        Assert.Single(await Catalog.ListTablesAsync(null, default));
    }

    [Fact]
    public async Task CreateTableAsync_NeverSharesAFolderWithWhatLiesThere()
    {
        LoadedTable first = await CreateAsync();
        await Catalog.DropTableAsync(s_employee, default);
        LoadedTable second = await CreateAsync();

        Assert.NotEqual(first.Metadata.Location, second.Metadata.Location);
        Assert.StartsWith(first.Metadata.Location + "-", second.Metadata.Location);
        Assert.NotNull(await first.Store.FindAsync(first.MetadataLocation, default));
    }

    [Fact]
    public async Task CreateTableAsync_TakesTheGivenLocation()
    {
        string location = Catalog.Warehouse + "/else/where";
        LoadedTable created = await Catalog.CreateTableAsync(s_employee, location, l => SampleTables.New(l), default);

        Assert.Equal(location, created.Metadata.Location);
        Assert.StartsWith(location + "/metadata/", created.MetadataLocation);
    }

    [Fact]
    public async Task LoadTableAsync_MissingNamesTheNearest()
    {
        await CreateAsync("hr.employee");
        await CreateAsync("hr.raw_deltas");

        foreach (string wrong in (string[])["hr.employe", "hr.Employee", "sales.employee"])
        {
            var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.LoadTableAsync(TableIdentifier.Parse(wrong), default));
            Assert.Equal(IcebergErrorKind.TableNotFound, error.Kind);
            Assert.Contains("Did you mean hr.employee?", error.Message);
            Assert.DoesNotContain("raw_deltas", error.Message);
        }
    }

    [Fact]
    public async Task ListTablesAsync_FiltersByNamespaceAndSorts()
    {
        string sub = HasNestedNamespaces ? "hr.sub" : "hr_sub";
        foreach (string name in (string[])["hr.b", "hr.a", $"{sub}.c", "sales.d"]) await CreateAsync(name);

        Assert.Equal(["hr.a", "hr.b", $"{sub}.c", "sales.d"], (await Catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        Assert.Equal(["hr.a", "hr.b"], (await Catalog.ListTablesAsync(["hr"], default)).Select(t => t.ToString()));
        Assert.Equal([$"{sub}.c"], (await Catalog.ListTablesAsync([.. sub.Split('.')], default)).Select(t => t.ToString()));
        Assert.Empty(await Catalog.ListTablesAsync(["none"], default));
        Assert.Equal(["hr", sub, "sales"], (await Catalog.ListNamespacesAsync(default)).Select(n => string.Join('.', n)));
    }

    [Fact]
    public async Task CommitAsync_ChangesTheTableAndKeepsTheLog()
    {
        LoadedTable first = await CreateAsync();
        LoadedTable second = await Catalog.CommitAsync(first, Set("owner", "me", first), default);
        LoadedTable loaded = await Catalog.LoadTableAsync(s_employee, default);

        Assert.Equal("me", loaded.Metadata.Properties["owner"]);
        Assert.Equal(second.MetadataLocation, loaded.MetadataLocation);
        Assert.Equal([first.MetadataLocation], loaded.Metadata.MetadataLog.Select(e => e.MetadataFile));
        Assert.Equal(first.Metadata.LastUpdated, loaded.Metadata.MetadataLog[0].Timestamp);
    }

    [Fact]
    public async Task CommitAsync_StaleTableIsARetryableConflictAndLeavesNoFile()
    {
        LoadedTable first = await CreateAsync();
        LoadedTable second = await Catalog.CommitAsync(first, AddColumn("mine", first), default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(first, AddColumn("yours", first), default));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.True(error.Retryable);
        Assert.Equal("mine", (await Catalog.LoadTableAsync(s_employee, default)).Metadata.CurrentSchema.Fields[^1].Name);
        Assert.Equal(new[] { first.MetadataLocation, second.MetadataLocation }.Order(), (await FilesAsync(first)).Order());
    }

    [Fact]
    public async Task CommitAsync_OfManyOneWins()
    {
        LoadedTable table = await CreateAsync();
        IcebergErrorKind?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await Catalog.CommitAsync(table, AddColumn($"writer_{i}", table), default);
                return (IcebergErrorKind?)null;
            }
            catch (IcebergException error)
            {
                return error.Kind;
            }
        }));

        Assert.Single(outcomes, o => o is null);
        Assert.All(outcomes.Where(o => o is not null), o => Assert.Equal(IcebergErrorKind.CommitConflict, o));
        LoadedTable now = await Catalog.LoadTableAsync(s_employee, default);
        Assert.Equal($"writer_{Array.IndexOf(outcomes, null)}", now.Metadata.CurrentSchema.Fields[^1].Name);
    }

    [Fact]
    public async Task CommitAsync_UnmetRequirementChangesNothing()
    {
        LoadedTable table = await CreateAsync();
        var commit = new TableCommit([new AssertTableUuid(Guid.NewGuid())], [new SetProperties(SampleTables.Properties(("a", "b")))]);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(table, commit, default));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.Contains("uuid", error.Message);
        Assert.Equal(table.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
    }

    [Fact]
    public async Task CommitAsync_DroppedTableIsNotFound()
    {
        LoadedTable table = await CreateAsync();
        await Catalog.DropTableAsync(s_employee, default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(table, Set("a", "b", table), default));

        Assert.Equal(IcebergErrorKind.TableNotFound, error.Kind);
    }

    [Fact]
    public async Task CommitAsync_CancelledBeforeTheSwapChangesNothing()
    {
        LoadedTable table = await CreateAsync();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Catalog.CommitAsync(table, Set("a", "b", table), cancelled.Token));

        Assert.Equal([table.MetadataLocation], await FilesAsync(table));
        Assert.Empty((await Catalog.LoadTableAsync(s_employee, default)).Metadata.Properties);
    }

    [Fact]
    public async Task DropTableAsync_KeepsTheFiles()
    {
        LoadedTable table = await CreateAsync();
        await Catalog.DropTableAsync(s_employee, default);

        Assert.Empty(await Catalog.ListTablesAsync(null, default));
        Assert.NotNull(await table.Store.FindAsync(table.MetadataLocation, default));
        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.DropTableAsync(s_employee, default));
        Assert.Equal(IcebergErrorKind.TableNotFound, error.Kind);
    }

    [Fact]
    public async Task RegisterTableAsync_BringsADroppedTableBack()
    {
        LoadedTable table = await CreateAsync();
        await Catalog.DropTableAsync(s_employee, default);
        TableIdentifier name = TableIdentifier.Parse("archive.people");
        LoadedTable registered = await Catalog.RegisterTableAsync(name, table.MetadataLocation, default);

        Assert.Equal(table.Metadata.TableUuid, registered.Metadata.TableUuid);
        Assert.Equal(table.MetadataLocation, (await Catalog.LoadTableAsync(name, default)).MetadataLocation);
        var taken = await Assert.ThrowsAsync<IcebergException>(() => Catalog.RegisterTableAsync(name, table.MetadataLocation, default));
        Assert.Equal(IcebergErrorKind.TableExists, taken.Kind);
    }

    [Fact]
    public async Task RegisterTableAsync_MissingFileIsCorruptAndRegistersNothing()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(
            () => Catalog.RegisterTableAsync(s_employee, Catalog.Warehouse + "/no.metadata.json", default));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Empty(await Catalog.ListTablesAsync(null, default));
    }

    protected static async Task<List<string>> FilesAsync(LoadedTable table)
    {
        List<string> files = [];
        await foreach (ObjectInfo file in table.Store.ListAsync(table.Metadata.Location + "/", default)) files.Add(file.Location);
        return files;
    }
}
