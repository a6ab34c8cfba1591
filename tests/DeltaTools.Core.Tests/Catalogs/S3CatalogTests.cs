using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tests.Storage.S3;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.S3;

namespace DeltaTools.Core.Tests.Catalogs;

/// <summary>Tables in S3 without a catalog service.</summary>
public sealed class S3CatalogTests : CatalogConformance
{
    private const string Warehouse = "s3://lake/wh";
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    private S3TestStore _test = null!;

    private FaultPlan Faults => _test.Server.Faults;

    public override async Task InitializeAsync()
    {
        _test = await S3TestStore.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        Faults.Clear();
        await base.DisposeAsync();
        await _test.DisposeAsync();
    }

    protected override async Task<ICatalog> ConnectAsync() => await S3Catalog.OpenAsync("lake", Warehouse, _test.Settings, default);

    [Theory]
    [InlineData(ConditionalWrites.Ignored)]
    [InlineData(ConditionalWrites.Refused)]
    public async Task OpenAsync_RefusesAStoreWithoutConditionalWrites(ConditionalWrites conditions)
    {
        _test.Server.ConditionalWrites = conditions;

        var error = await Assert.ThrowsAsync<IcebergException>(() => S3Catalog.OpenAsync("x", "s3://lake/other", _test.Settings, default));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("If-None-Match", error.Message);
        Assert.Contains("s3://lake/other", error.Message);
    }

    [Fact]
    public async Task OpenAsync_NeedsNoPrefixAndTakesAllSpellings()
    {
        await using ICatalog whole = await S3Catalog.OpenAsync("x", "s3a://lake/", _test.Settings, default);

        Assert.Equal("s3://lake", whole.Warehouse);
        Assert.Empty(await whole.ListTablesAsync(null, default));
    }

    [Theory]
    [InlineData("s3://nowhere/wh", IcebergErrorKind.StorageFailed, "Bucket nowhere does not exist")]
    [InlineData("s3://fast--use1-az4--x-s3/wh", IcebergErrorKind.Unsupported, "general purpose bucket")]
    public async Task OpenAsync_ThatCannotWorkSaysWhy(string warehouse, IcebergErrorKind kind, string says)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => S3Catalog.OpenAsync("x", warehouse, _test.Settings, default));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public async Task OpenAsync_LetsReadersReadWhoMayNotWrite()
    {
        await CreateAsync();
        _test.Server.Deny = (operation, _) => operation == "PutObject";
        await using ICatalog reader = await ConnectAsync();

        LoadedTable table = await reader.LoadTableAsync(s_employee, default);
        var error = await Assert.ThrowsAsync<IcebergException>(() => reader.CommitAsync(table, Set("a", "b", table), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        var fresh = await Assert.ThrowsAsync<IcebergException>(() => S3Catalog.OpenAsync("x", "s3://lake/fresh", _test.Settings, default));
        Assert.Equal(IcebergErrorKind.AccessDenied, fresh.Kind);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("hello")]
    [InlineData("""{"format-version":"x"}""")]
    public async Task OpenAsync_ForeignMarkerIsCorrupt(string marker)
    {
        _test.Bucket.Put("foreign/.catalog/catalog.json", marker);

        var error = await Assert.ThrowsAsync<IcebergException>(() => S3Catalog.OpenAsync("x", "s3://lake/foreign", _test.Settings, default));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        _test.Bucket.Put("newer/.catalog/catalog.json", """{"format-version":2}""");
        var newer = await Assert.ThrowsAsync<IcebergException>(() => S3Catalog.OpenAsync("x", "s3://lake/newer", _test.Settings, default));
        Assert.Equal(IcebergErrorKind.Unsupported, newer.Kind);
    }

    [Fact]
    public async Task Names_MayHaveAnyLetters()
    {
        string[] names = ["hr.a b", "hr.50%", "h/r.x", "ß.数据", "hr.employee"];
        foreach (string name in names) await CreateAsync(name);

        Assert.Equal(names.Order(StringComparer.Ordinal), (await Catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        foreach (string name in names) Assert.Equal(name, (await Catalog.LoadTableAsync(TableIdentifier.Parse(name), default)).Identifier.ToString());
    }

    [Fact]
    public async Task LoadTableAsync_AsksForTheNewestStateWhateverTheirNumber()
    {
        LoadedTable table = await CreateAsync();
        for (int i = 0; i < 12; i++) table = await Catalog.CommitAsync(table, Set("n", $"{i}", table), default);
        await using ICatalog other = await ConnectAsync();
        _test.Server.Log.Clear();

        Assert.Equal(table.MetadataLocation, (await other.LoadTableAsync(s_employee, default)).MetadataLocation);
        Assert.Equal(["ListObjectsV2", "GetObject", "GetObject"], _test.Server.Log.All.Select(r => r.Operation));
        Assert.Equal(13, _test.Bucket.Keys.Count(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(FaultKind.LostResponse)]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.ResetInRequest)]
    [InlineData(FaultKind.ResetInResponse)]
    [InlineData(FaultKind.InternalError)]
    [InlineData(FaultKind.SlowDown)]
    [InlineData(FaultKind.Throttled)]
    [InlineData(FaultKind.Conflict)]
    public async Task Commit_SucceedsOnceWhateverHappensToTheFirstAnswer(FaultKind kind)
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(new Fault(kind, "PutObject") { Resource = ".catalog/hr/employee/" });
        LoadedTable next = await Catalog.CommitAsync(table, Set("a", "b", table), default);

        Assert.Equal(1, Faults.Met);
        Assert.Equal(next.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        Assert.Equal([table.MetadataLocation], next.Metadata.MetadataLog.Select(e => e.MetadataFile));
        Assert.Equal(2, _test.Bucket.Keys.Count(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Commit_WhoseAnswerIsLateHappensOnce()
    {
        LoadedTable table = await CreateAsync();
        await using ICatalog hasty = await S3Catalog.OpenAsync("lake", Warehouse, _test.Settings with { RequestTimeout = TimeSpan.FromSeconds(1) }, default);
        Faults.Add(new Fault(FaultKind.Delay, "PutObject") { Resource = ".catalog/hr/employee/", Delay = TimeSpan.FromSeconds(30) });
        LoadedTable next = await hasty.CommitAsync(table, Set("a", "b", table), default);

        Assert.Equal(1, Faults.Met);
        Assert.Equal(next.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        Assert.Equal(2, _test.Bucket.Keys.Count(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Commit_WithExpiredKeysIsRefusedAndLeavesTheTableAsItWas()
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(new Fault(FaultKind.ExpiredToken, "PutObject") { Resource = ".catalog/hr/employee/" });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(table, Set("a", "b", table), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.Equal(table.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        await Catalog.CommitAsync(table, Set("a", "b", table), default);
    }

    [Theory]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    [InlineData(FaultKind.LostResponse)]
    public async Task Commit_ThatHappenedThoughNoAnswerEverSaidSoIsFound(FaultKind kind)
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(new Fault(kind, "PutObject") { Resource = ".catalog/hr/employee/" });
        Faults.Add(new Fault(FaultKind.InternalError, "PutObject") { Resource = ".catalog/hr/employee/", Times = 1000 });
        LoadedTable next = await Catalog.CommitAsync(table, Set("a", "b", table), default);

        Assert.Equal("b", (await Catalog.LoadTableAsync(s_employee, default)).Metadata.Properties["a"]);
        Assert.NotNull(await next.Store.FindAsync(next.MetadataLocation, default));
    }

    [Fact]
    public async Task Commit_ThatMayStillComeIsUnknownAndTouchesNothing()
    {
        LoadedTable table = await CreateAsync("hr.employee", ("commit.status-check.num-retries", "1"), ("commit.status-check.min-wait-ms", "1"));
        Faults.Add(new Fault(FaultKind.InternalError, "PutObject") { Resource = ".catalog/hr/employee/", Times = 1000 });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(table, Set("a", "b", table), default));

        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        Assert.Equal(2, _test.Bucket.Keys.Count(k => k.EndsWith(".metadata.json", StringComparison.Ordinal)));
        Assert.Equal(table.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
    }

    [Fact]
    public async Task Commit_ThatIsClearlyRefusedLeavesNothing()
    {
        LoadedTable table = await CreateAsync();
        _test.Server.Deny = (operation, resource) => operation == "PutObject" && resource.Contains(".catalog/", StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(table, Set("a", "b", table), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Single(_test.Bucket.Keys, k => k.EndsWith(".metadata.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FaultKind.LostResponse)]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    public async Task Create_WhoseAnswerWasLostIsNotCalledTaken(FaultKind kind)
    {
        Faults.Add(new Fault(kind, "PutObject") { Resource = ".catalog/hr/employee/" });
        LoadedTable created = await CreateAsync();

        Assert.Equal(created.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
    }

    [Fact]
    public async Task Drop_WhoseAnswerWasLostDropsOnce()
    {
        await CreateAsync();
        Faults.Add(new Fault(FaultKind.LostResponse, "PutObject") { Resource = ".catalog/hr/employee/" });
        await Catalog.DropTableAsync(s_employee, default);
        LoadedTable again = await CreateAsync();

        Assert.Equal(again.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        Assert.Equal(3, _test.Bucket.Keys.Count(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Writers_NeverLoseACommit()
    {
        await CreateAsync();
        const int Writers = 4, Commits = 8;
        Faults.Add(new Fault(FaultKind.LostResponse, "PutObject") { Resource = ".catalog/", After = 5, Times = 3 });
        Faults.Add(new Fault(FaultKind.Conflict, "PutObject") { Resource = ".catalog/", After = 9, Times = 3 });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async w =>
        {
            await using ICatalog own = await ConnectAsync();
            for (int i = 0; i < Commits;)
            {
                LoadedTable table = await own.LoadTableAsync(s_employee, default);
                int count = int.Parse(table.Metadata.Properties.GetValueOrDefault("count", "0"), System.Globalization.CultureInfo.InvariantCulture);
                try
                {
                    await own.CommitAsync(table, Set("count", $"{count + 1}", table), default);
                    i++;
                }
                catch (IcebergException error) when (error.Kind == IcebergErrorKind.CommitConflict)
                {
                    // Another writer was faster.
                }
            }
        }));

        LoadedTable last = await Catalog.LoadTableAsync(s_employee, default);
        Assert.Equal($"{Writers * Commits}", last.Metadata.Properties["count"]);
        Assert.Equal(Writers * Commits + 1, _test.Bucket.Keys.Count(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("s3://lake/wh")]
    [InlineData("s3://lake")]
    [InlineData("s3://lake/wh/.catalog/hr")]
    public async Task CreateTableAsync_RefusesAFolderThatHoldsTheCatalog(string location)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(
            () => Catalog.CreateTableAsync(s_employee, location, l => SampleTables.New(l), default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("notes.txt", "x")]
    [InlineData("000000000000.json", "{}")]
    [InlineData("000000000000.json", "[1]")]
    [InlineData("000000000000.json", "{\"metadata-location\":7}")]
    [InlineData("000000000000.json", "oops")]
    public async Task LoadTableAsync_StrangeObjectsAmongTheStatesAreCorrupt(string name, string content)
    {
        await CreateAsync();
        foreach (string key in _test.Bucket.Keys.Where(k => k.StartsWith("wh/.catalog/hr/employee/", StringComparison.Ordinal)).ToArray()) _test.Bucket.Delete(key);
        _test.Bucket.Put("wh/.catalog/hr/employee/" + name, content);
        await using ICatalog other = await ConnectAsync();

        var error = await Assert.ThrowsAsync<IcebergException>(() => other.LoadTableAsync(s_employee, default));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
        Assert.Contains(name, error.Message);
    }
}
