using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Storage.S3;
using DeltaTools.Core.Tests.Storage.S3;
using DeltaTools.TestServers.Rest;
using DeltaTools.TestServers.S3;

namespace DeltaTools.Core.Tests.Catalogs.Rest;

/// <summary>A REST catalog on a server, with its warehouse in S3 on another or on the local disk.</summary>
internal sealed class RestTestCatalog : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private RestTestCatalog(RestTestServer server, S3TestServer? s3)
    {
        Server = server;
        S3 = s3;
    }

    public RestTestServer Server { get; }

    public S3TestServer? S3 { get; }

    /// <summary>With short waits. Only the catalog lends keys for S3, when it does.</summary>
    public RestSettings Settings => new()
    {
        Uri = Server.Address,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        LongestWait = TimeSpan.FromMilliseconds(30),
        Storage = S3 is null ? new S3Settings() : Server.LendsKeys
            ? new S3Settings { CacheFolder = _folder.Path, LongestWait = TimeSpan.FromMilliseconds(20), Login = new() { AccessKey = "AKIANOBODY", SecretKey = "none", Region = S3.Region, EndpointUrl = S3.Url } }
            : S3TestStore.SettingsFor(S3, _folder.Path),
    };

    public static async Task<RestTestCatalog> InS3Async()
    {
        S3TestServer s3 = await S3TestServer.StartAsync("lake");
        return new(await RestTestServer.StartAsync("s3://lake/wh", s3), s3);
    }

    public static async Task<RestTestCatalog> OnDiskAsync()
    {
        var folder = new TemporaryFolder();
        return new(await RestTestServer.StartAsync($"file://{folder.Path}/wh"), null) { _own = folder };
    }

    public Task<RestCatalog> ConnectAsync(Func<RestSettings, RestSettings>? change = null) =>
        RestCatalog.OpenAsync("rest", change?.Invoke(Settings) ?? Settings, default);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (S3 is not null) await S3.DisposeAsync();
        _folder.Dispose();
        _own?.Dispose();
    }

    private TemporaryFolder? _own;
}
