using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Catalogs.Rest;

/// <summary>What becomes of changes when the network or the server fails: nothing lost, nothing doubled, the right error.</summary>
public sealed class RestFaultTests : IAsyncLifetime
{
    private static readonly TableIdentifier s_employee = TableIdentifier.Parse("hr.employee");

    private RestTestCatalog _test = null!;
    private RestCatalog _catalog = null!;

    private FaultPlan Faults => _test.Server.Faults;

    public async Task InitializeAsync()
    {
        _test = await RestTestCatalog.OnDiskAsync();
        _catalog = await _test.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _catalog.DisposeAsync();
        Assert.Empty(_test.Server.Violations);
        await _test.DisposeAsync();
    }

    public static TheoryData<FaultKind> Passing =>
    [
        FaultKind.Reset, FaultKind.ResetInRequest, FaultKind.ResetInResponse, FaultKind.InternalError, FaultKind.SlowDown, FaultKind.Throttled,
        FaultKind.LostResponse, FaultKind.ErrorAfterSuccess,
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task EveryCall_SucceedsAfterwards(FaultKind kind)
    {
        foreach (string operation in (string[])["getConfig", "createNamespace", "createTable", "loadTable", "listNamespaces", "listTables", "updateTable", "tableExists", "dropTable"])
        {
            Faults.Add(kind, operation, times: 2);
        }
        await using RestCatalog catalog = await _test.ConnectAsync();
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);
        table = await catalog.CommitAsync(table, Append(table, 7), default);
        Assert.Equal(["hr.employee"], (await catalog.ListTablesAsync(null, default)).Select(t => t.ToString()));
        LoadedTable loaded = await catalog.LoadTableAsync(s_employee, default);
        await catalog.DropTableAsync(s_employee, default);

        Assert.Equal(table.MetadataLocation, loaded.MetadataLocation);
        Assert.Equal([7L], loaded.Metadata.Snapshots.Select(s => s.SnapshotId));
        Assert.Single(loaded.Metadata.MetadataLog);
        Assert.Empty(await catalog.ListTablesAsync(null, default));
        Assert.Equal(18, Faults.Met);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Commit_WithoutSnapshotsHappensOnce(FaultKind kind)
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(kind, "updateTable");
        LoadedTable changed = await _catalog.CommitAsync(table, new(
            [new AssertTableUuid(table.Metadata.TableUuid!.Value), new AssertCurrentSchemaId(0), new AssertLastAssignedFieldId(2)],
            [new AddSchema(Schema.Of([.. SampleTables.Schema.Fields, new NestedField(3, "more", IcebergType.Int)])), new SetCurrentSchema(-1)]), default);

        Assert.Equal(2, changed.Metadata.Schemas.Length);
        Assert.Equal("more", (await _catalog.LoadTableAsync(s_employee, default)).Metadata.CurrentSchema.Fields[^1].Name);
    }

    [Fact]
    public async Task Commit_WhoseAnswerIsLateHappensOnce()
    {
        LoadedTable table = await CreateAsync();
        await using RestCatalog hasty = await _test.ConnectAsync(s => s with { RequestTimeout = TimeSpan.FromSeconds(1) });
        Faults.Add(new Fault(FaultKind.Delay, "updateTable") { Delay = TimeSpan.FromSeconds(30) });
        await hasty.CommitAsync(table, Append(table, 7), default);

        Assert.Equal(1, Faults.Met);
        LoadedTable now = await _catalog.LoadTableAsync(s_employee, default);
        Assert.Equal([7L], now.Metadata.Snapshots.Select(s => s.SnapshotId));
        Assert.Single(now.Metadata.MetadataLog);
    }

    [Fact]
    public async Task Commit_WithAnExpiredLoginIsRefusedAndLeavesTheTableAsItWas()
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(FaultKind.ExpiredToken, "updateTable");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.CommitAsync(table, Append(table, 7), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("expired", error.Message);
        Assert.Empty((await _catalog.LoadTableAsync(s_employee, default)).Metadata.Snapshots);
        await _catalog.CommitAsync(table, Append(table, 7), default);
    }

    [Fact]
    public async Task Commit_WhoseTableAnotherWriterChangedAfterTheLostAnswerIsStillFound()
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(FaultKind.LostResponse, "updateTable");
        Faults.Add(new Fault(FaultKind.Delay, "updateTable") { After = 0, Delay = TimeSpan.FromMilliseconds(300) });
        Task<LoadedTable> ours = _catalog.CommitAsync(table, Append(table, 7), default);
        while (_test.Server.Log.Count("updateTable") < 1) await Task.Delay(2);
        await using (RestCatalog other = await _test.ConnectAsync())
        {
            LoadedTable now = await other.LoadTableAsync(s_employee, default);
            while (now.Metadata.Snapshots.IsEmpty) now = await other.LoadTableAsync(s_employee, default);
            await other.CommitAsync(now, Append(now, 8), default);
        }
        LoadedTable landed = await ours;

        Assert.NotNull(landed.Metadata.Snapshot(7));
        Assert.Equal([7L, 8L], (await _catalog.LoadTableAsync(s_employee, default)).Metadata.Snapshots.Select(s => s.SnapshotId));
    }

    [Fact]
    public async Task Commit_ThatNeverArrivedAndLostToAnotherIsAConflict()
    {
        LoadedTable table = await CreateAsync();
        await _catalog.CommitAsync(table, Append(table, 8), default);
        Faults.Add(FaultKind.Reset, "updateTable");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.CommitAsync(table, Append(table, 7), default));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.True(error.Retryable);
        Assert.Null((await _catalog.LoadTableAsync(s_employee, default)).Metadata.Snapshot(7));
    }

    [Theory]
    [InlineData(FaultKind.InternalError)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.SlowDown)]
    public async Task Commit_ThatMayStillComeIsUnknown(FaultKind kind)
    {
        LoadedTable table = await CreateAsync(("commit.status-check.num-retries", "1"), ("commit.status-check.min-wait-ms", "1"));
        Faults.Add(kind, "updateTable", times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.CommitAsync(table, Append(table, 7), default));

        Assert.Equal(IcebergErrorKind.CommitUnknown, error.Kind);
        Assert.Contains("Nothing was cleaned up", error.Message);
        Faults.Clear();
        Assert.Equal(table.MetadataLocation, (await _catalog.LoadTableAsync(s_employee, default)).MetadataLocation);
    }

    [Fact]
    public async Task Commit_ThatHappenedThoughEveryAnswerWasAnErrorIsFound()
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(FaultKind.ErrorAfterSuccess, "updateTable");
        Faults.Add(FaultKind.InternalError, "updateTable", times: 1000);
        LoadedTable landed = await _catalog.CommitAsync(table, Append(table, 7), default);

        Assert.NotNull(landed.Metadata.Snapshot(7));
    }

    [Fact]
    public async Task Commit_ConflictThatTheServerReportsIsRetryable()
    {
        LoadedTable table = await CreateAsync();
        Faults.Add(FaultKind.Conflict, "updateTable");

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.CommitAsync(table, Append(table, 7), default));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.True(error.Retryable);
        Assert.Equal(1, _test.Server.Log.Count("updateTable"));
    }

    [Fact]
    public async Task Commit_CarriesOneIdempotencyKeyThroughAllAttempts()
    {
        _test.Server.HasIdempotencyKeys = true;
        await using RestCatalog catalog = await _test.ConnectAsync();
        LoadedTable table = await catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l), default);
        Faults.Add(FaultKind.LostResponse, "updateTable", times: 2);
        await catalog.CommitAsync(table, Append(table, 7), default);
        LoadedTable next = await catalog.LoadTableAsync(s_employee, default);
        await catalog.CommitAsync(next, Append(next, 8), default);

        string[] keys = [.. _test.Server.Log.All.Where(r => r.Operation == "updateTable").Select(r => r.Headers["idempotency-key"])];
        Assert.Equal(4, keys.Length);
        Assert.Equal(2, keys.Distinct().Count());
    }

    [Fact]
    public async Task Create_OfATableThatAnotherMadeMeanwhileIsTableExists()
    {
        await CreateAsync(("of", "another"));
        Faults.Add(FaultKind.Reset, "createTable");

        var error = await Assert.ThrowsAsync<IcebergException>(() => CreateAsync());

        Assert.Equal(IcebergErrorKind.TableExists, error.Kind);
    }

    [Fact]
    public async Task Register_WhoseAnswerWasLostIsNotCalledTaken()
    {
        LoadedTable table = await CreateAsync();
        await _catalog.DropTableAsync(s_employee, default);
        Faults.Add(FaultKind.LostResponse, "registerTable");
        LoadedTable registered = await _catalog.RegisterTableAsync(s_employee, table.MetadataLocation, default);

        Assert.Equal(table.MetadataLocation, registered.MetadataLocation);
    }

    [Theory]
    [InlineData(FaultKind.InternalError, IcebergErrorKind.StorageFailed)]
    [InlineData(FaultKind.SlowDown, IcebergErrorKind.Throttled)]
    [InlineData(FaultKind.Throttled, IcebergErrorKind.Throttled)]
    [InlineData(FaultKind.Reset, IcebergErrorKind.StorageFailed)]
    public async Task FaultThatStays_IsARetryableErrorThatNamesTheCall(FaultKind fault, IcebergErrorKind kind)
    {
        Faults.Add(fault, times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.LoadTableAsync(s_employee, default));

        Assert.Equal(kind, error.Kind);
        Assert.True(error.Retryable);
        Assert.Contains("load table hr.employee", error.Message);
        Assert.Contains(_test.Server.Address, error.Message);
    }

    [Fact]
    public async Task NoAnswer_IsATimeout()
    {
        await using RestCatalog catalog = await _test.ConnectAsync(s => s with { RequestTimeout = TimeSpan.FromMilliseconds(200), MaxAttempts = 2 });
        Faults.Add(new Fault(FaultKind.Delay) { Delay = TimeSpan.FromSeconds(20), Times = 100 });

        var error = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListNamespacesAsync(default));

        Assert.Equal(IcebergErrorKind.Timeout, error.Kind);
    }

    [Fact]
    public async Task Cancelled_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        Faults.Add(new Fault(FaultKind.Delay) { Delay = TimeSpan.FromSeconds(20), Times = 100 });
        Task list = _catalog.ListNamespacesAsync(cancel.Token);
        while (Faults.Met == 0) await Task.Delay(5);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => list);
    }

    [Fact]
    public async Task NobodyThere_SaysSo()
    {
        await _test.Server.DisposeAsync();

        var error = await Assert.ThrowsAsync<IcebergException>(() => _catalog.LoadTableAsync(s_employee, default));

        Assert.Contains("cannot be reached", error.Message);
    }

    private Task<LoadedTable> CreateAsync(params (string, string)[] properties) =>
        _catalog.CreateTableAsync(s_employee, null, l => SampleTables.New(l, 2, properties), default);

    private static TableCommit Append(LoadedTable table, long id) => new(
        [new AssertTableUuid(table.Metadata.TableUuid!.Value), new AssertRefSnapshotId("main", table.Metadata.CurrentSnapshotId)],
        [
            new AddSnapshot(new Snapshot(id, table.Metadata.CurrentSnapshotId, table.Metadata.LastSequenceNumber + 1,
                DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), $"file:///list-{id}.avro", [],
                SampleTables.Properties(("operation", "append")), 0)),
            new SetSnapshotRef("main", new SnapshotRef(id, SnapshotRefType.Branch)),
        ]);
}
