using System.Text;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Storage.S3;

/// <summary>A server with one bucket, and stores that reach it, each as another process would.</summary>
internal sealed class S3TestStore : IAsyncDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly List<S3ObjectStore> _opened = [];

    private S3TestStore(S3TestServer server)
    {
        Server = server;
        Settings = SettingsFor(server, _cache.Path);
        Store = Open();
    }

    public S3TestServer Server { get; }

    public S3Bucket Bucket => Server.Buckets["lake"];

    public S3Settings Settings { get; }

    public S3ObjectStore Store { get; }

    public string CacheFolder => _cache.Path;

    public static async Task<S3TestStore> StartAsync() => new(await S3TestServer.StartAsync("lake"));

    /// <summary>Settings with short waits.</summary>
    public static S3Settings SettingsFor(S3TestServer server, string cacheFolder) => new()
    {
        Login = new AwsSettings
        {
            Region = server.Region,
            AccessKey = TestCredentials.Default.AccessKeyId,
            SecretKey = TestCredentials.Default.SecretAccessKey,
            EndpointUrl = server.Url,
        },
        CacheFolder = cacheFolder,
        LongestWait = TimeSpan.FromMilliseconds(20),
        RequestTimeout = TimeSpan.FromSeconds(20),
        PartSize = 5 << 20,
    };

    /// <summary>Another store on the same server and cache.</summary>
    public S3ObjectStore Open(Func<S3Settings, S3Settings>? change = null)
    {
        var store = new S3ObjectStore(change?.Invoke(Settings) ?? Settings);
        _opened.Add(store);
        return store;
    }

    public static async Task<string> TextAsync(IObjectStore store, string location) =>
        Encoding.UTF8.GetString(await store.ReadAllAsync(location, default));

    /// <summary>Content that tells where in it one is.</summary>
    public static byte[] Bytes(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    public static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    /// <summary>Writes by way of a local path, as engines do.</summary>
    public static async Task PublishAsync(IObjectStore store, string location, byte[] content)
    {
        await File.WriteAllBytesAsync(store.WritePath(location), content);
        await store.PublishAsync(location, default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (S3ObjectStore store in _opened) store.Dispose();
        await Server.DisposeAsync();
        _cache.Dispose();
    }
}
