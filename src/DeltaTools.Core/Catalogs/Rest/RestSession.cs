using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>A connection to a REST catalog: its configuration, its login, and calls whose errors are ours.</summary>
internal sealed class RestSession : IDisposable
{
    private readonly RestClient _client;
    private readonly RestTokens? _tokens;

    private RestSession(RestClient client, RestTokens? tokens, RestConfig config, string address)
    {
        _client = client;
        _tokens = tokens;
        Config = config;
        Address = address;
        Paths = new(config);
    }

    public RestConfig Config { get; }

    /// <summary>Without a slash at its end.</summary>
    public string Address { get; }

    public RestPaths Paths { get; }

    /// <summary>Logs in and asks for the configuration.</summary>
    /// <exception cref="IcebergException">InvalidArgument, AccessDenied, StorageFailed, Timeout, Throttled.</exception>
    public static async Task<RestSession> OpenAsync(RestSettings settings, CancellationToken cancel)
    {
        settings = settings.Patient();
        string address = AddressOf(settings.Uri);
        RestConfig config = RestConfig.Of(settings);
        (HttpMessageHandler transport, AwsIdentity? signer) = Transport(settings, config, address);
        var client = new RestClient(settings, transport) { Headers = config.Headers, Signer = signer };
        HideSecrets(client, settings, config);
        RestTokens? tokens = config.HasLogin ? new(client, address, () => config) : null;
        client.Tokens = tokens;
        try
        {
            string query = settings.Warehouse is { } warehouse ? $"?warehouse={Uri.EscapeDataString(warehouse)}" : "";
            JsonElement answer = await CallAsync(client, address, new(HttpMethod.Get, RestPaths.Config + query, "tell its configuration"), cancel).ConfigureAwait(false);
            config = config.With(answer, $"The configuration of {address}");
            HideSecrets(client, settings, config);
            client.Headers = config.Headers;
            string next = config.Properties.GetValueOrDefault(RestProperties.Uri) is { Length: > 0 } other ? AddressOf(other) : address;
            if (tokens is null && config.HasLogin) client.Tokens = tokens = new(client, address, () => config);
            return new(client, tokens, config, next);
        }
        catch
        {
            tokens?.Dispose();
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a call; its errors are <see cref="RestException"/>s, for callers that look at them.</summary>
    public Task<JsonElement> TryAsync(RestCall call, CancellationToken cancel) => _client.SendAsync(Address, call, cancel);

    /// <exception cref="IcebergException">By the status; see <see cref="RestErrors.ToIceberg"/>.</exception>
    public Task<JsonElement> CallAsync(RestCall call, CancellationToken cancel) => CallAsync(_client, Address, call, cancel);

    public IcebergException Explain(RestException error, RestCall call) => RestErrors.ToIceberg(error, Address, call.About);

    /// <summary>All items of a list that comes in pages.</summary>
    /// <param name="path">Without the page.</param>
    /// <param name="field">That holds the items of a page.</param>
    /// <exception cref="RestException">As the catalog answers.</exception>
    public async Task<List<T>> ListAsync<T>(string path, string field, string about, Func<JsonElement, JsonPlace, T> read, CancellationToken cancel)
    {
        const int MostPages = 100_000;
        List<T> all = [];
        string page = "";
        for (int pages = 0; pages < MostPages; pages++)
        {
            string query = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageToken={Uri.EscapeDataString(page)}";
            if (Config.Properties.GetValueOrDefault(RestProperties.PageSize) is { } size) query += $"&pageSize={Uri.EscapeDataString(size)}";
            JsonElement answer = await TryAsync(new(HttpMethod.Get, path + query, about), cancel).ConfigureAwait(false);
            var json = new JsonFields(answer, $"The answer of {Address}");
            all.AddRange(json.ArrayOrEmpty(field, read));
            if (json.TextOrNull("next-page-token") is not { Length: > 0 } next || next == page) break;
            page = next;
        }
        return all;
    }

    /// <summary>Keeps texts that the catalog vends out of all errors.</summary>
    public void Hide(ImmutableSortedDictionary<string, string> properties)
    {
        foreach ((string name, string value) in properties)
        {
            if (RestProperties.IsSecret(name)) _client.Hide(value);
        }
    }

    public void Dispose()
    {
        _tokens?.Dispose();
        _client.Dispose();
    }

    private static async Task<JsonElement> CallAsync(RestClient client, string address, RestCall call, CancellationToken cancel)
    {
        try
        {
            return await client.SendAsync(address, call, cancel).ConfigureAwait(false);
        }
        catch (RestException error)
        {
            throw RestErrors.ToIceberg(error, address, call.About);
        }
    }

    private static string AddressOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0 && parsed.Query.Length == 0
            ? uri.TrimEnd('/')
            : throw IcebergException.Invalid("-Uri must be an address such as https://host/api/catalog, without user, password and query.");

    private static (HttpMessageHandler, AwsIdentity?) Transport(RestSettings settings, RestConfig config, string address)
    {
        var network = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        bool signed = settings.SigV4 || config.Properties.GetValueOrDefault(RestProperties.SigV4Enabled) == "true";
        if (!signed) return (network, null);
        string host = new Uri(address).Host;
        // glue.eu-central-1.amazonaws.com, s3tables.eu-central-1.amazonaws.com; others are behind API Gateway.
        string[] parts = host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase) ? host.Split('.') : [];
        string name = config.Properties.GetValueOrDefault(RestProperties.SigningName) ?? (parts is ["glue" or "s3tables", ..] ? parts[0] : "execute-api");
        AwsSettings login = settings.Storage.Login;
        string? region = config.Properties.GetValueOrDefault(RestProperties.SigningRegion) ?? login.Region ?? (parts is ["glue" or "s3tables", var named, ..] ? named : null);
        var signer = new AwsSettings
        {
            Region = region,
            ProfileName = login.ProfileName,
            AccessKey = login.AccessKey,
            SecretKey = login.SecretKey,
            SessionToken = login.SessionToken,
            EndpointUrl = login.EndpointUrl,
        };
        var identity = new AwsIdentity(signer);
        return (AwsSigningHandler.Create(new AwsService(name, name, ""), signer, identity, network), identity);
    }

    private static void HideSecrets(RestClient client, RestSettings settings, RestConfig config)
    {
        client.Hide(settings.Storage.Login.SecretKey);
        client.Hide(settings.Storage.Login.SessionToken);
        client.Hide(config.ClientSecret);
        foreach ((string name, string value) in config.Properties)
        {
            if (RestProperties.IsSecret(name)) client.Hide(value);
        }
    }
}
