using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;
using DeltaTools.TestServers;

namespace DeltaTools.Core.Tests.Catalogs.Rest;

/// <summary>A REST catalog whose server lends keys for S3; the user has none.</summary>
public sealed class RestCatalogTests : CatalogConformance
{
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    private RestTestCatalog _test = null!;

    public override async Task InitializeAsync()
    {
        _test = await RestTestCatalog.InS3Async();
        _test.Server.LendsKeys = true;
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Empty(_test.Server.Violations);
        await _test.DisposeAsync();
    }

    protected override async Task<ICatalog> ConnectAsync() => await _test.ConnectAsync();

    [Fact]
    public async Task OpenAsync_TakesDefaultsOwnPropertiesAndOverridesInThisOrder()
    {
        _test.Server.Defaults["header.X-One"] = "default";
        _test.Server.Defaults["header.X-Two"] = "default";
        _test.Server.Overrides["header.X-Three"] = "override";
        await using RestCatalog catalog = await _test.ConnectAsync(s => s with
        {
            Properties = SampleTables.Properties(("header.X-Two", "own"), ("header.X-Three", "own")),
        });
        await catalog.ListNamespacesAsync(default);

        RecordedRequest request = _test.Server.Log.All[^1];
        Assert.Equal(("default", "own", "override"), (request.Headers["x-one"], request.Headers["x-two"], request.Headers["x-three"]));
        Assert.StartsWith("/api/catalog/v1/ws/1/namespaces", request.Target);
        Assert.Equal("s3://lake/wh", catalog.Warehouse);
    }

    [Fact]
    public async Task OpenAsync_AsksForTheWarehouseByName()
    {
        _test.Server.WarehouseName = "prod & test";
        await using RestCatalog catalog = await _test.ConnectAsync(s => s with { Warehouse = "prod & test" });
        Assert.Empty(await catalog.ListTablesAsync(null, default));

        var error = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync(s => s with { Warehouse = "other" }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("other", error.Message);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://host")]
    [InlineData("https://user:MARKER@host/api")]
    public async Task OpenAsync_RefusesWhatIsNoAddress(string uri)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync(s => s with { Uri = uri }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.DoesNotContain("MARKER", error.ToString());
    }

    [Fact]
    public async Task OpenAsync_OfAnotherKindOfServerSaysSo()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync(s => s with { Uri = _test.Server.Url + "/elsewhere" }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("Check -Uri", error.Message);
    }

    [Fact]
    public async Task Lists_GoThroughAllPages()
    {
        _test.Server.PageSize = 3;
        for (int i = 0; i < 8; i++) await CreateAsync($"n{i}.t");
        for (int i = 0; i < 8; i++) await CreateAsync($"hr.t{i}");

        Assert.Equal(8, (await Catalog.ListTablesAsync(["hr"], default)).Count);
        Assert.Equal(9, (await Catalog.ListNamespacesAsync(default)).Count);
        Assert.Equal(16, (await Catalog.ListTablesAsync(null, default)).Count);
    }

    [Fact]
    public async Task Lists_WorkWithoutNestedNamespaces()
    {
        _test.Server.HasNestedNamespaces = false;
        await CreateAsync("hr.a");

        Assert.Equal(["hr.a"], (await Catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
    }

    [Theory]
    [InlineData("%1F")]
    [InlineData("%2E")]
    public async Task Names_MayHaveAnyLetters(string separator)
    {
        _test.Server.Separator = separator;
        await using RestCatalog catalog = await _test.ConnectAsync();
        string[] names = ["hr.a b", "hr.50%", "h/r.x+y", "ß.数据", "a.b.c.d", "hr.employee"];
        foreach (string name in names) await catalog.CreateTableAsync(TableIdentifier.Parse(name), null, l => SampleTables.New(l), default);

        Assert.Equal(names.Order(StringComparer.Ordinal), (await catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        foreach (string name in names) Assert.Equal(name, (await catalog.LoadTableAsync(TableIdentifier.Parse(name), default)).Identifier.ToString());
    }

    [Fact]
    public async Task CreateTableAsync_SendsEverythingThatMakesATable()
    {
        Schema schema = Schema.Of(
            new NestedField(1, "id", IcebergType.Long, Required: true), new NestedField(2, "day", IcebergType.Date),
            new NestedField(3, "tags", new ListType(new NestedField(4, "element", IcebergType.String)))) with
        { IdentifierFieldIds = [1] };
        LoadedTable created = await Catalog.CreateTableAsync(s_employee, "s3://lake/else/where", location => TableMetadataFactory.Create(
            schema, new PartitionSpec(0, [new PartitionField([2], 1000, "day_month", Transform.Month)]),
            new SortOrder(1, [new SortField([1], Transform.Identity, SortDirection.Descending, NullOrder.NullsLast)]),
            location, SampleTables.Properties(("a", "b")), 3, Guid.NewGuid(), DateTimeOffset.UtcNow), default);

        Assert.Equal(3, created.Metadata.FormatVersion);
        Assert.Equal("s3://lake/else/where", created.Metadata.Location);
        Assert.True(schema.SameAs(created.Metadata.CurrentSchema));
        Assert.Equal("month", created.Metadata.DefaultSpec.Fields[0].Transform.ToString());
        Assert.Equal(SortDirection.Descending, created.Metadata.SortOrders.Single(o => o.OrderId == created.Metadata.DefaultSortOrderId).Fields[0].Direction);
        Assert.Equal("b", created.Metadata.Properties["a"]);
        Assert.False(created.Metadata.Properties.ContainsKey("format-version"));
    }

    [Fact]
    public async Task CommitAsync_ChangesThatDoNotTouchEachOtherBothSucceed()
    {
        LoadedTable table = await CreateAsync();
        await Catalog.CommitAsync(table, Set("a", "1", table), default);
        LoadedTable second = await Catalog.CommitAsync(table, Set("b", "2", table), default);

        Assert.Equal(("1", "2"), (second.Metadata.Properties["a"], second.Metadata.Properties["b"]));
    }

    [Fact]
    public async Task Keys_ReachOnlyTheTableTheyWereLentFor()
    {
        LoadedTable one = await CreateAsync("hr.one"), two = await CreateAsync("hr.two");
        await one.Store.WriteAsync(one.Metadata.Location + "/data/a", "x"u8.ToArray(), default);

        Assert.NotNull(await one.Store.FindAsync(one.MetadataLocation, default));
        var error = await Assert.ThrowsAsync<IcebergException>(() => two.Store.OpenReadAsync(one.MetadataLocation, default));
        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.DoesNotContain("MARKER", error.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keys_AreRenewedWhenTheyAreOver(bool ownEndpoint)
    {
        _test.Server.HasCredentialsEndpoint = ownEndpoint;
        await using RestCatalog catalog = await _test.ConnectAsync();
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);
        await table.Store.WriteAsync(table.Metadata.Location + "/data/a", "x"u8.ToArray(), default);
        foreach (TestServers.Signing.TestCredentials keys in _test.Server.LentKeys) keys.Expired = true;
        _test.Server.Log.Clear();
        await table.Store.WriteAsync(table.Metadata.Location + "/data/b", "y"u8.ToArray(), default);

        Assert.Equal([ownEndpoint ? "loadCredentials" : "loadTable"], _test.Server.Log.All.Select(r => r.Operation));
        Assert.NotNull(await table.Store.FindAsync(table.Metadata.Location + "/data/b", default));
    }

    [Fact]
    public async Task Keys_OfATableThatIsLoadedAgainAreTheNewest()
    {
        LoadedTable table = await CreateAsync();
        IObjectStore store = table.Store;
        await store.WriteAsync(table.Metadata.Location + "/data/a", "x"u8.ToArray(), default);
        table = await Catalog.LoadTableAsync(s_employee, default);

        Assert.Same(store, table.Store);
    }

    [Fact]
    public async Task Keys_AreNotAskedForWhenTheUserDoesNotWantThem()
    {
        await using RestCatalog catalog = await _test.ConnectAsync(s => s with
        {
            Properties = SampleTables.Properties(("header.X-Iceberg-Access-Delegation", "")),
            Storage = Storage.S3.S3TestStore.SettingsFor(_test.S3!, Path.GetTempPath()),
        });
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);

        Assert.NotNull(await table.Store.FindAsync(table.MetadataLocation, default));
        Assert.Empty(_test.Server.LentKeys);
        Assert.All(_test.Server.Log.All, r => Assert.False(r.Headers.ContainsKey("x-iceberg-access-delegation")));
    }

    [Fact]
    public async Task ServerSidePlanning_IsRefused()
    {
        _test.Server.TableConfig["scan-planning-mode"] = "server";

        var error = await Assert.ThrowsAsync<IcebergException>(() => CreateAsync());

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
    }

    [Fact]
    public async Task RemoteSigning_IsRefusedWhereThereAreNoKeys()
    {
        await CreateAsync();
        _test.Server.TableConfig["s3.remote-signing-enabled"] = "true";
        // Lent keys do as well, and so do the user's own.
        await Catalog.LoadTableAsync(s_employee, default);
        _test.Server.LendsKeys = false;
        await Catalog.LoadTableAsync(s_employee, default);
        await using RestCatalog keyless = await _test.ConnectAsync(s => s with { Storage = new() });

        var error = await Assert.ThrowsAsync<IcebergException>(() => keyless.LoadTableAsync(s_employee, default));
        var asked = await Assert.ThrowsAsync<IcebergException>(() => _test.ConnectAsync(
            s => s with { Properties = SampleTables.Properties(("header.X-Iceberg-Access-Delegation", "vended-credentials,remote-signing")) }));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("-AccessKey", error.Message);
        Assert.Equal(IcebergErrorKind.Unsupported, asked.Kind);
        Assert.Contains("remote signing is not supported", asked.Message);
    }

    [Fact]
    public async Task AllKindsOfUpdates_FitTheOpenApi()
    {
        LoadedTable table = await Catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l, 3), default);
        var snapshot = new Snapshot(7, null, 1, DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), "s3://lake/wh/list.avro", [],
            SampleTables.Properties(("operation", "append")), 0)
        { FirstRowId = 0, AddedRows = 0 };
        async Task Commit(params TableUpdate[] updates) => table = await Catalog.CommitAsync(table, new([new AssertTableUuid(table.Metadata.TableUuid!.Value)], [.. updates]), default);

        await Commit(new AddSnapshot(snapshot), new SetSnapshotRef("main", new SnapshotRef(7, SnapshotRefType.Branch)), new SetSnapshotRef("v1", new SnapshotRef(7, SnapshotRefType.Tag)));
        Assert.Equal(7, table.Metadata.CurrentSnapshotId);
        await Commit(
            new SetStatistics(new StatisticsFile(7, "s3://lake/wh/s.puffin", 10, 4, [new StatisticsBlob("t", 7, 1, [1], StringMap.Empty)], null)),
            new SetPartitionStatistics(new PartitionStatisticsFile(7, "s3://lake/wh/p.parquet", 10)));
        Assert.Single(table.Metadata.Statistics);
        await Commit(new RemoveStatistics(7), new RemovePartitionStatistics(7), new RemoveSnapshotRef("v1"), new SetProperties(SampleTables.Properties(("a", "b"))));
        Assert.Equal(["main"], table.Metadata.Refs.Keys);
        await Commit(new AddPartitionSpec(new PartitionSpec(0, [new PartitionField([1], 1000, "id_bucket", Transform.Bucket(4))])), new SetDefaultSpec(-1));
        await Commit(new RemovePartitionSpecs([0]), new RemoveProperties(["a"]), new SetLocation("s3://lake/wh/moved"));
        await Commit(new AddSortOrder(new SortOrder(1, [new SortField([1], Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst)])), new SetDefaultSortOrder(-1));
        Assert.Equal(1, table.Metadata.DefaultSortOrderId);
        Assert.Equal("s3://lake/wh/moved", table.Metadata.Location);
        Assert.Empty(table.Metadata.Properties);
    }
}
