using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Core.Tests.Storage.S3;

/// <summary>What the store does when the network or the service fails: the right state, the right error, nothing twice.</summary>
public sealed class S3FaultTests : IAsyncLifetime
{
    private S3TestStore _test = null!;

    private S3ObjectStore Store => _test.Store;

    private FaultPlan Faults => _test.Server.Faults;

    public async Task InitializeAsync() => _test = await S3TestStore.StartAsync();

    public async Task DisposeAsync() => await _test.DisposeAsync();

    public static TheoryData<FaultKind> Passing =>
    [
        FaultKind.Reset, FaultKind.ResetInRequest, FaultKind.ResetInResponse, FaultKind.InternalError, FaultKind.SlowDown, FaultKind.Throttled,
        FaultKind.LostResponse, FaultKind.ErrorAfterSuccess,
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Write_SucceedsAfterwards(FaultKind kind)
    {
        Faults.Add(kind, "PutObject", times: 2);
        await Store.WriteAsync("s3://lake/a", S3TestStore.Bytes(50_000), default);

        Assert.Equal(50_000, _test.Bucket.Find("a")!.Content.Length);
        Assert.Equal(2, Faults.Met);
    }

    [Fact]
    public async Task Write_OfTwoWritersAtOnceIsTriedAgain()
    {
        Faults.Add(FaultKind.Conflict, "PutObject", times: 3);
        await Store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);

        Assert.Equal(["a"], _test.Bucket.Keys);
        Assert.Equal(3, Faults.Met);
    }

    [Fact]
    public async Task Write_DoesNotTakeAnothersObjectForItsOwn()
    {
        _test.Bucket.Put("a", "theirs");
        Faults.Add(FaultKind.Reset, "PutObject");

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.WriteAsync("s3://lake/a", "ours"u8.ToArray(), default));

        Assert.Contains("exists already", error.Message);
        Assert.Equal("theirs", await S3TestStore.TextAsync(Store, "s3://lake/a"));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Read_SucceedsAfterwards(FaultKind kind)
    {
        byte[] content = S3TestStore.Bytes(2_500_000);
        await Store.WriteAsync("s3://lake/a", content, default);
        Faults.Add(kind, "GetObject", times: 2);

        Assert.True(S3TestStore.Same(content, await Store.ReadAllAsync("s3://lake/a", default)));
        // Downloads have no body in which they could break.
        Assert.Equal(2, Faults.Met);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Download_SucceedsAfterwards(FaultKind kind)
    {
        byte[] content = S3TestStore.Bytes(17 << 20);
        await S3TestStore.PublishAsync(Store, "s3://lake/a", content);
        using S3ObjectStore other = _test.Open(s => s with { CacheFolder = _test.CacheFolder + "/other" });
        Faults.Add(new Fault(kind, "GetObject") { After = 1, Times = 3 });

        Assert.True(S3TestStore.Same(content, await File.ReadAllBytesAsync(await other.ReadPathAsync("s3://lake/a", default))));
        Assert.Equal(3, Faults.Met);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task EveryStepOfAnUpload_SucceedsAfterwards(FaultKind kind)
    {
        byte[] content = S3TestStore.Bytes(11 << 20);
        foreach (string step in (string[])["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"])
        {
            Faults.Add(kind, step);
            await S3TestStore.PublishAsync(Store, $"s3://lake/{step}", content);
            Assert.True(S3TestStore.Same(content, _test.Bucket.Find(step)!.Content));
        }
        // HttpClient may open an upload a second time without telling anybody; one without parts costs nothing.
        Assert.All(_test.Bucket.Uploads, u => Assert.Equal(0, u.PartCount));
        Assert.Equal(3, Faults.Met);
    }

    [Fact]
    public async Task Upload_ThatFailsIsAborted()
    {
        Faults.Add(FaultKind.InternalError, "UploadPart", times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => S3TestStore.PublishAsync(Store, "s3://lake/a", S3TestStore.Bytes(6 << 20)));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.True(error.Retryable);
        Assert.Empty(_test.Bucket.Keys);
        Assert.Empty(_test.Bucket.Uploads);
    }

    [Fact]
    public async Task Upload_ThatIsCancelledIsAborted()
    {
        using var cancel = new CancellationTokenSource();
        Faults.Add(new Fault(FaultKind.Delay, "UploadPart") { Delay = TimeSpan.FromSeconds(30), Times = 10 });
        string path = Store.WritePath("s3://lake/a");
        await File.WriteAllBytesAsync(path, S3TestStore.Bytes(6 << 20));
        Task publish = Store.PublishAsync("s3://lake/a", cancel.Token);
        while (Faults.Met == 0) await Task.Delay(5);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        Assert.Empty(_test.Bucket.Uploads);
        Assert.Empty(_test.Bucket.Keys);
    }

    [Theory]
    [InlineData(FaultKind.SlowDown, IcebergErrorKind.Throttled, "fewer requests")]
    [InlineData(FaultKind.Throttled, IcebergErrorKind.Throttled, "fewer requests")]
    [InlineData(FaultKind.InternalError, IcebergErrorKind.StorageFailed, "500")]
    [InlineData(FaultKind.Reset, IcebergErrorKind.StorageFailed, "cannot be reached")]
    public async Task FaultThatStays_IsARetryableErrorThatNamesTheAction(FaultKind fault, IcebergErrorKind kind, string says)
    {
        Faults.Add(fault, times: 1000);

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.FindAsync("s3://lake/a", default));

        Assert.Equal(kind, error.Kind);
        Assert.True(error.Retryable);
        Assert.Contains(says, error.Message);
        Assert.Contains("s3:GetObject on s3://lake/a", error.Message);
        // HttpClient sends requests without a body again by itself when a connection that was used before breaks.
        Assert.InRange(Faults.Met, _test.Settings.MaxAttempts, fault == FaultKind.Reset ? 4 * _test.Settings.MaxAttempts : _test.Settings.MaxAttempts);
    }

    [Fact]
    public async Task NoAnswer_IsATimeout()
    {
        using S3ObjectStore store = _test.Open(s => s with { RequestTimeout = TimeSpan.FromMilliseconds(300), MaxAttempts = 2 });
        Faults.Add(new Fault(FaultKind.Delay) { Delay = TimeSpan.FromSeconds(30), Times = 1000 });

        var error = await Assert.ThrowsAsync<IcebergException>(() => store.ReadAllAsync("s3://lake/a", default));

        Assert.Equal(IcebergErrorKind.Timeout, error.Kind);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task NobodyThere_SaysSo()
    {
        await _test.Server.DisposeAsync();

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.ReadAllAsync("s3://lake/a", default));

        Assert.Equal(IcebergErrorKind.StorageFailed, error.Kind);
        Assert.Contains("cannot be reached", error.Message);
    }

    [Fact]
    public async Task Delete_TriesAgain()
    {
        _test.Bucket.Put("a", "x");
        Faults.Add(FaultKind.SlowDown, "DeleteObjects", times: 2);
        Faults.Add(FaultKind.ErrorAfterSuccess, "DeleteObjects");
        await Store.DeleteAsync(["s3://lake/a"], default);

        Assert.Empty(_test.Bucket.Keys);
    }

    [Fact]
    public async Task Delete_TriesAgainWhatPassesBesideWhatDoesNot()
    {
        foreach (string key in new[] { "a", "b", "c" }) _test.Bucket.Put(key, "x");
        _test.Server.Deny = (operation, place) => operation == "DeleteObject" && place == "lake/b";
        _test.Server.SlowDeletes["c"] = 2;

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.DeleteAsync(["s3://lake/a", "s3://lake/b", "s3://lake/c"], default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("s3:DeleteObject on s3://lake/b.", error.Message);
        Assert.Equal(["b"], _test.Bucket.Keys);
    }

    [Fact]
    public async Task List_GoesOnAfterFaultsOnAnyPage()
    {
        _test.Server.PageSize = 5;
        for (int i = 0; i < 20; i++) _test.Bucket.Put($"t/{i:00}", "x");
        Faults.Add(new Fault(FaultKind.InternalError, "ListObjectsV2") { After = 1 });
        Faults.Add(new Fault(FaultKind.ResetInResponse, "ListObjectsV2") { After = 2 });
        List<string> found = [];
        await foreach (ObjectInfo file in Store.ListAsync("s3://lake/t/", default)) found.Add(file.Location);

        Assert.Equal(20, found.Count);
        Assert.Equal(20, found.Distinct().Count());
        Assert.Equal(2, Faults.Met);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(-70)]
    public async Task WrongClock_IsAllowedFor(int minutes)
    {
        _test.Server.ClockOffset = TimeSpan.FromMinutes(minutes);
        await Store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default);

        Assert.Equal("1", await S3TestStore.TextAsync(Store, "s3://lake/a"));
    }

    [Fact]
    public async Task WrongRegion_NamesTheParameter()
    {
        using S3ObjectStore store = _test.Open(s => s with { Login = new() { Region = "us-west-2", AccessKey = s.Login.AccessKey, SecretKey = s.Login.SecretKey, EndpointUrl = s.Login.EndpointUrl } });

        var error = await Assert.ThrowsAsync<IcebergException>(() => store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("-Region", error.Message);
    }

    [Fact]
    public async Task Denied_NamesActionAndLocation()
    {
        _test.Server.Deny = (operation, _) => operation == "PutObject";

        var error = await Assert.ThrowsAsync<IcebergException>(() => Store.WriteAsync("s3://lake/a", "1"u8.ToArray(), default));

        Assert.Equal(IcebergErrorKind.AccessDenied, error.Kind);
        Assert.Contains("s3:PutObject on s3://lake/a", error.Message);
        Assert.Equal("TESTREQUEST00001", error.Context["requestId"]);
        Assert.Single(_test.Server.Log.All);
    }
}
