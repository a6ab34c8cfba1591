using DeltaTools.Core.Athena;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Storage;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Glue;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Core.Tests.Aws;

/// <summary>Glue and Athena on this machine, with tables in a temporary folder.</summary>
public sealed class AwsLab : IAsyncDisposable
{
    /// <summary>Fails fast, so that tests of failures are quick.</summary>
    internal static readonly AwsHttpOptions Impatient = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(20),
        Retries = 3,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(5),
    };

    private readonly TemporaryFolder _folder = new();

    private AwsLab()
    {
    }

    public AwsServer Server { get; private set; } = null!;

    public GlueService Glue { get; private set; } = null!;

    public AthenaService Athena { get; private set; } = null!;

    public string Warehouse => new Uri(_folder.Path).AbsoluteUri;

    public string this[string file] => _folder[file];

    public static async Task<AwsLab> StartAsync()
    {
        var lab = new AwsLab();
        GlueStore store = new();
        lab.Glue = new GlueService(store);
        lab.Athena = new AthenaService(store, ObjectStores.Local);
        lab.Server = await AwsServer.StartAsync(lab.Glue, lab.Athena);
        return lab;
    }

    public AwsSettings Settings(TestCredentials? credentials = null) => new()
    {
        Region = AwsServer.Region,
        AccessKey = (credentials ?? TestCredentials.Default).AccessKeyId,
        SecretKey = (credentials ?? TestCredentials.Default).SecretAccessKey,
        SessionToken = credentials?.SessionToken,
        EndpointUrl = Server.Url,
    };

    public Task<GlueCatalog> ConnectAsync() => ConnectAsync(Impatient);

    internal Task<GlueCatalog> ConnectAsync(AwsHttpOptions options) =>
        GlueCatalog.OpenAsync("glue", Warehouse, Settings(), ObjectStores.Local, options, default);

    /// <summary>Runs queries, looking at them often.</summary>
    internal AthenaSession Session(AthenaOptions? options = null, AwsHttpOptions? http = null, Action<string>? log = null) => new(
        Settings(),
        (options ?? new()) with { FirstPoll = TimeSpan.FromMilliseconds(2), LongestPoll = TimeSpan.FromMilliseconds(20) },
        http ?? Impatient)
    {
        Log = log ?? (_ => { }),
    };

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Athena.DisposeAsync();
        await Glue.DisposeAsync();
        _folder.Dispose();
        // Whatever a test did, the client spoke as the official models want it.
        Assert.Empty(Server.Violations);
    }
}
