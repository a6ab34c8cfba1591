using System.Text.Json;
using System.Text.Json.Nodes;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tests.Aws;
using DeltaTools.TestServers;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Catalogs;

public sealed class GlueCatalogTests : CatalogConformance
{
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    private AwsLab _lab = null!;

    protected override bool HasNestedNamespaces => false;

    protected override async Task<ICatalog> ConnectAsync() => await _lab.ConnectAsync();

    public override async Task InitializeAsync()
    {
        _lab = await AwsLab.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task CreateTableAsync_WritesWhatAthenaSparkAndPyIcebergRead()
    {
        Schema schema = SchemaText.Parse(
            "id long not null comment 'the key', price decimal(9,2), at timestamptz, tags list<string>, place struct<city: string, zip: int>, by map<string, double>, raw binary, u uuid");
        LoadedTable table = await Catalog.CreateTableAsync(s_employee, null, l => TableMetadataFactory.Create(
            schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, l, [new("comment", "All of them")], 2, Guid.NewGuid(), DateTimeOffset.UtcNow), default);

        JsonObject input = Sent("CreateTable");
        JsonNode glue = input["TableInput"]!;

        Assert.Equal("hr", input["DatabaseName"]!.GetValue<string>());
        Assert.Equal("employee", glue["Name"]!.GetValue<string>());
        Assert.Equal("EXTERNAL_TABLE", glue["TableType"]!.GetValue<string>());
        Assert.Equal("All of them", glue["Description"]!.GetValue<string>());
        Assert.Equal("ICEBERG", glue["Parameters"]!["table_type"]!.GetValue<string>());
        Assert.Equal(table.MetadataLocation, glue["Parameters"]!["metadata_location"]!.GetValue<string>());
        Assert.Equal(table.Metadata.Location, glue["StorageDescriptor"]!["Location"]!.GetValue<string>());
        Assert.Equal(
            ["id bigint", "price decimal(9,2)", "at timestamp", "tags array<string>", "place struct<city:string,zip:int>", "by map<string,double>", "raw binary", "u string"],
            glue["StorageDescriptor"]!["Columns"]!.AsArray().Select(c => $"{c!["Name"]} {c["Type"]}"));
        JsonNode id = glue["StorageDescriptor"]!["Columns"]![0]!;
        Assert.Equal("the key", id["Comment"]!.GetValue<string>());
        Assert.Equal("1/false/true", $"{id["Parameters"]!["iceberg.field.id"]}/{id["Parameters"]!["iceberg.field.optional"]}/{id["Parameters"]!["iceberg.field.current"]}");
    }

    [Fact]
    public async Task CommitAsync_NamesTheVersionAndKeepsWhatOthersNoted()
    {
        LoadedTable first = await CreateAsync();
        _lab.Glue.Store.Find("hr", "employee")!.Input["Owner"] = "ada";
        _lab.Glue.Store.Find("hr", "employee")!.Input["Parameters"]!["classification"] = "people";

        LoadedTable second = await Catalog.CommitAsync(first, Set("a", "b", first), default);

        JsonObject input = Sent("UpdateTable");
        Assert.Equal("0", input["VersionId"]!.GetValue<string>());
        Assert.True(input["SkipArchive"]!.GetValue<bool>());
        JsonObject stored = _lab.Glue.Store.Find("hr", "employee")!.Input;
        Assert.Equal("ada", stored["Owner"]!.GetValue<string>());
        Assert.Equal("people", stored["Parameters"]!["classification"]!.GetValue<string>());
        Assert.Equal(second.MetadataLocation, stored["Parameters"]!["metadata_location"]!.GetValue<string>());
        Assert.Equal(first.MetadataLocation, stored["Parameters"]!["previous_metadata_location"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(FaultKind.LostResponse)]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    [InlineData(FaultKind.ResetInResponse)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.ResetInRequest)]
    [InlineData(FaultKind.InternalError)]
    [InlineData(FaultKind.SlowDown)]
    [InlineData(FaultKind.Throttled)]
    public async Task CommitAsync_HappensOnceWhateverTheAnswer(FaultKind fault)
    {
        LoadedTable first = await CreateAsync();
        _lab.Server.Faults.Add(fault, "UpdateTable");

        LoadedTable second = await Catalog.CommitAsync(first, Set("a", "b", first), default);

        LoadedTable now = await Catalog.LoadTableAsync(s_employee, default);
        Assert.Equal(second.MetadataLocation, now.MetadataLocation);
        Assert.Equal("1", _lab.Glue.Store.Find("hr", "employee")!.VersionId);
        Assert.Equal([first.MetadataLocation], now.Metadata.MetadataLog.Select(e => e.MetadataFile));
    }

    [Fact]
    public async Task CommitAsync_WhoseAnswerIsLateHappensOnce()
    {
        LoadedTable first = await CreateAsync();
        await using GlueCatalog hasty = await _lab.ConnectAsync(AwsLab.Impatient with { AttemptTimeout = TimeSpan.FromSeconds(1) });
        _lab.Server.Faults.Add(new Fault(FaultKind.Delay, "UpdateTable") { Delay = TimeSpan.FromSeconds(30) });

        LoadedTable second = await hasty.CommitAsync(first, Set("a", "b", first), default);

        Assert.Equal(second.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        Assert.Equal("1", _lab.Glue.Store.Find("hr", "employee")!.VersionId);
    }

    [Fact]
    public async Task CommitAsync_WithExpiredKeysIsRefusedAndLeavesTheTableAsItWas()
    {
        LoadedTable first = await CreateAsync();
        _lab.Server.Faults.Add(FaultKind.ExpiredToken, "UpdateTable");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(first, Set("a", "b", first), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.Equal(first.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
        await Catalog.CommitAsync(first, Set("a", "b", first), default);
    }

    [Fact]
    public async Task CommitAsync_WithoutAnyAnswerIsUnknownAndLeavesTheFile()
    {
        LoadedTable first = await CreateAsync();
        _lab.Server.Faults.Add(FaultKind.ErrorAfterSuccess, "UpdateTable", times: 100);
        _lab.Server.Faults.Add(new Fault(FaultKind.InternalError, "GetTable") { After = 1, Times = 100 });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.CommitAsync(first, Set("a", "b", first), default));

        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        _lab.Server.Faults.Clear();
        Assert.Equal("b", (await Catalog.LoadTableAsync(s_employee, default)).Metadata.Properties["a"]);
    }

    [Theory]
    [InlineData(FaultKind.LostResponse)]
    [InlineData(FaultKind.ErrorAfterSuccess)]
    public async Task CreateTableAsync_HappensOnceWhateverTheAnswer(FaultKind fault)
    {
        _lab.Server.Faults.Add(new Fault(fault, "CreateTable") { Resource = "hr.employee", After = 1 });

        LoadedTable created = await CreateAsync();

        Assert.Equal(created.MetadataLocation, (await Catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
    }

    [Fact]
    public async Task ListTablesAsync_TakesAllPagesAndOnlyIcebergTables()
    {
        _lab.Glue.PageSize = 2;
        for (int i = 0; i < 5; i++) await CreateAsync($"hr.t{i}");
        _lab.Glue.Store.CreateTable("hr", new JsonObject { ["Name"] = "plain", ["TableType"] = "EXTERNAL_TABLE" });
        for (int i = 0; i < 5; i++) _lab.Glue.Store.AddDatabase($"db{i}");

        Assert.Equal(["hr.t0", "hr.t1", "hr.t2", "hr.t3", "hr.t4"], (await Catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        Assert.Equal(6, (await Catalog.ListNamespacesAsync(default)).Count);
    }

    [Fact]
    public async Task LoadTableAsync_OfAnotherKindSaysSo()
    {
        _lab.Glue.Store.AddDatabase("hr");
        _lab.Glue.Store.CreateTable("hr", new JsonObject { ["Name"] = "plain", ["TableType"] = "EXTERNAL_TABLE" });

        var error = await Assert.ThrowsAsync<IcebergException>(() => Catalog.LoadTableAsync(TableIdentifier.Parse("hr.plain"), default));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("no Iceberg table", error.Message);
    }

    [Theory]
    [InlineData("hr.Employee")]
    [InlineData("hr.sub.employee")]
    [InlineData("h-r.employee")]
    public async Task CreateTableAsync_RefusesNamesThatGlueFoldsOrAthenaLacks(string name)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => CreateAsync(name));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Equal(0, _lab.Server.Log.Count("CreateTable"));
    }

    [Fact]
    public async Task CreateTableAsync_PutsTablesWhereTheirDatabaseLies()
    {
        _lab.Glue.Store.AddDatabase("own", _lab.Warehouse + "/elsewhere/");

        Assert.Equal(_lab.Warehouse + "/elsewhere/t", (await CreateAsync("own.t")).Metadata.Location);
    }

    [Fact]
    public async Task OpenAsync_TellsBadCredentialsAtOnce()
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => GlueCatalog.OpenAsync(
            "glue", null, _lab.Settings(new("AKIAUNKNOWN", "x")), ObjectStores.Local, AwsLab.Impatient, default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
    }

    private JsonObject Sent(string operation)
    {
        RecordedRequest request = _lab.Server.Log.All.Last(r => r.Operation == operation);
        return JsonSerializer.Deserialize<JsonObject>(request.Body.Span)!;
    }
}
