using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.S3;
using DeltaTools.TestServers.Signing;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.Rest;

/// <summary>An Iceberg REST catalog in memory, which writes metadata files to a store of its choice.</summary>
/// <remarks>Every request and every answer is checked against the schemas of the official OpenAPI document: what does not fit is an error, and is noted.</remarks>
public sealed class RestTestServer : TestServer
{
    private const string Root = "/api/catalog";

    private readonly S3TestServer? _s3;
    private readonly RestStore _store;
    private readonly ConcurrentDictionary<string, (int Status, string Body)> _answered = new();

    private RestTestServer(string warehouse, S3TestServer? s3)
    {
        Warehouse = warehouse;
        _s3 = s3;
        _store = new(new RestFiles(s3), warehouse);
    }

    public string Address => Url + Root;

    public string Warehouse { get; }

    /// <summary>Null lets everybody in.</summary>
    public RestLogin? Login { get; set; }

    /// <summary>Checks signatures, in the place of tokens.</summary>
    public SignatureVerifier? Signatures { get; set; }

    /// <summary>Name by which the warehouse is asked for; any other is unknown. Null: none need be named.</summary>
    public string? WarehouseName { get; set; }

    public string Prefix { get; set; } = "ws/1";

    /// <summary>As in an address; the default is not advertised.</summary>
    public string Separator { get; set; } = "%1F";

    public IDictionary<string, string> Defaults { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    public IDictionary<string, string> Overrides { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Settings that come with every table.</summary>
    public IDictionary<string, string> TableConfig { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether keys of the S3 server are lent for tables: to their own folders only, new ones each time.</summary>
    public bool LendsKeys { get; set; }

    /// <summary>How long keys are said to hold.</summary>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The keys that were lent so far.</summary>
    public ConcurrentQueue<TestCredentials> LentKeys { get; } = new();

    /// <summary>Whether keys have an endpoint of their own.</summary>
    public bool HasCredentialsEndpoint { get; set; }

    public bool HasNestedNamespaces { get; set; } = true;

    public bool HasIdempotencyKeys { get; set; }

    /// <summary>Most items of one page of a list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>What did not fit the OpenAPI document.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <param name="warehouse">Place of new tables, such as <c>s3://lake/wh</c> or <c>file:///tmp/wh</c>.</param>
    /// <param name="s3">Has the bucket, when the place is in S3.</param>
    public static async Task<RestTestServer> StartAsync(string warehouse, S3TestServer? s3 = null)
    {
        var server = new RestTestServer(warehouse, s3);
        await server.ListenAsync();
        return server;
    }

    protected override (string Operation, string Resource) Identify(HttpRequest request, ReadOnlySpan<byte> body)
    {
        RestRoute route = RestRoute.Of(request, Root, Prefix, Separator);
        return (route.Operation, route.ToString());
    }

    protected override async Task HandleAsync(HttpContext http, RecordedRequest request)
    {
        RestRoute route = RestRoute.Of(http.Request, Root, Prefix, Separator);
        if (route.Operation != "getToken")
        {
            Signatures?.Verify(request, Now);
            if (Signatures is null) Login?.Check(request);
        }
        string? key = HasIdempotencyKeys ? request.Headers.GetValueOrDefault("idempotency-key") : null;
        if (key is not null && _answered.TryGetValue(key, out (int Status, string Body) before))
        {
            await WriteAsync(http, before.Status, before.Body);
            return;
        }
        JsonNode? body = request.Body.IsEmpty || route.Operation == "getToken" ? null : Parse(request.Body.Span);
        (string? schema, JsonNode? answer) = Answer(route, request, body);
        if (schema is not null) Check(schema, answer, $"answer to {route.Operation}");
        int status = answer is null ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
        string text = answer?.ToJsonString() ?? "";
        if (key is not null) _answered[key] = (status, text);
        await WriteAsync(http, status, text);
    }

    protected override ServiceError ErrorFor(FaultKind kind) => kind switch
    {
        FaultKind.SlowDown => new(503, "ServiceUnavailableException", "The service is not ready to handle the request."),
        FaultKind.Throttled => new(429, "TooManyRequestsException", "Too many requests."),
        FaultKind.Conflict => new(409, "CommitFailedException", "Requirement failed: branch main has changed."),
        FaultKind.ExpiredToken => new(419, "AuthenticationTimeoutException", "Credentials have timed out."),
        _ => new(500, "CommitStateUnknownException", "Internal Server Error"),
    };

    protected override Task WriteErrorAsync(HttpContext http, ServiceError error)
    {
        if (http.Request.Method == "HEAD") return Task.CompletedTask;
        JsonObject answer = error.Code.StartsWith("invalid_", StringComparison.Ordinal) || error.Code.StartsWith("unsupported_", StringComparison.Ordinal)
            ? new() { ["error"] = error.Code, ["error_description"] = error.Message }
            : new() { ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Code, ["code"] = error.Status } };
        return WriteAsync(http, error.Status, answer.ToJsonString());
    }

    private (string? Schema, JsonNode? Answer) Answer(RestRoute route, RecordedRequest request, JsonNode? body)
    {
        long now = Now.ToUnixTimeMilliseconds();
        switch (route.Operation)
        {
            case "getConfig":
                return ("CatalogConfig", Config(route));
            case "getToken":
                return ("OAuthTokenResponse", (Login ?? throw new ServiceErrorException(404, "NotFoundException", "No login here")).Answer(request));
            case "listNamespaces":
                if (!HasNestedNamespaces && !route.Namespace.IsEmpty) throw new ServiceErrorException(400, "BadRequestException", "Nested namespaces are not supported");
                return ("ListNamespacesResponse", Page(route, "namespaces", _store.Namespaces(route.Namespace).Select(n => (JsonNode)Texts(n))));
            case "createNamespace":
                Check("CreateNamespaceRequest", body, "createNamespace");
                ImmutableArray<string> ns = [.. body!["namespace"]!.AsArray().Select(l => l!.ToString())];
                if (!HasNestedNamespaces && ns.Length > 1) throw new ServiceErrorException(400, "BadRequestException", "Nested namespaces are not supported");
                _store.CreateNamespace(ns, body["properties"]?.DeepClone().AsObject() ?? []);
                return ("CreateNamespaceResponse", new JsonObject { ["namespace"] = Texts(ns), ["properties"] = new JsonObject() });
            case "listTables":
                return ("ListTablesResponse", Page(route, "identifiers", _store.Tables(route.Namespace).Select(
                    t => (JsonNode)new JsonObject { ["namespace"] = Texts(route.Namespace), ["name"] = t })));
            case "createTable":
                Check("CreateTableRequest", body, "createTable");
                return ("LoadTableResult", Result(_store.Create(route.Namespace, body!, now), request));
            case "registerTable":
                Check("RegisterTableRequest", body, "registerTable");
                return ("LoadTableResult", Result(_store.Register(route.Namespace, body!), request));
            case "loadTable":
                return ("LoadTableResult", Result(_store.Load(route), request));
            case "loadCredentials" when HasCredentialsEndpoint:
                return ("LoadCredentialsResponse", new JsonObject { ["storage-credentials"] = Lend(_store.Load(route)) });
            case "updateTable":
                Check("CommitTableRequest", body, "updateTable");
                RestTable changed = _store.Commit(route, body!, now);
                return ("CommitTableResponse", new JsonObject { ["metadata-location"] = changed.MetadataLocation, ["metadata"] = changed.Metadata.DeepClone() });
            case "tableExists":
                _store.Load(route);
                return (null, null);
            case "dropTable":
                _store.Drop(route);
                return (null, null);
            default:
                throw new ServiceErrorException(404, "NotFoundException", $"No such endpoint: {route.Operation}");
        }
    }

    private JsonObject Config(RestRoute route)
    {
        if (WarehouseName is not null && route.Query.GetValueOrDefault("warehouse") != WarehouseName)
        {
            throw new ServiceErrorException(404, "NoSuchWarehouseException", $"Warehouse not found: {route.Query.GetValueOrDefault("warehouse")}");
        }
        JsonObject overrides = Map(Overrides);
        overrides["warehouse"] = Warehouse;
        if (Prefix.Length > 0) overrides["prefix"] = Prefix;
        if (Separator != "%1F") overrides["namespace-separator"] = Separator;
        var config = new JsonObject { ["defaults"] = Map(Defaults), ["overrides"] = overrides };
        if (HasCredentialsEndpoint) config["endpoints"] = Texts(["GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials"]);
        if (HasIdempotencyKeys) config["idempotency-key-lifetime"] = "PT30M";
        return config;
    }

    private JsonObject Result(RestTable table, RecordedRequest request)
    {
        var result = new JsonObject { ["metadata-location"] = table.MetadataLocation, ["metadata"] = table.Metadata.DeepClone() };
        JsonObject config = Map(TableConfig);
        if (_s3 is not null)
        {
            config["s3.endpoint"] = _s3.Url;
            config["s3.path-style-access"] = "true";
            config["client.region"] = _s3.Region;
        }
        result["config"] = config;
        if (LendsKeys && request.Headers.GetValueOrDefault("x-iceberg-access-delegation", "").Contains("vended-credentials", StringComparison.Ordinal))
        {
            result["storage-credentials"] = Lend(table);
        }
        return result;
    }

    private JsonArray Lend(RestTable table)
    {
        int number = LentKeys.Count + 1;
        var keys = new TestCredentials(
            string.Create(CultureInfo.InvariantCulture, $"ASIALENT{number:D12}"), $"MARKER/lent+secret/{number}", $"MARKER/lent-token/{number}")
        {
            Scope = table.Location["s3://".Length..] + "/",
        };
        LentKeys.Enqueue(keys);
        lock (_s3!.Known) _s3.Known.Add(keys);
        return
        [
            new JsonObject { ["prefix"] = "gs", ["config"] = new JsonObject { ["gcs.oauth2.token"] = "MARKER-other-cloud" } },
            new JsonObject
            {
                ["prefix"] = table.Location,
                ["config"] = new JsonObject
                {
                    ["s3.access-key-id"] = keys.AccessKeyId,
                    ["s3.secret-access-key"] = keys.SecretAccessKey,
                    ["s3.session-token"] = keys.SessionToken,
                    ["s3.session-token-expires-at-ms"] = (Now + KeyLifetime).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                },
            },
        ];
    }

    /// <summary>One page where the client asks for pages, else all.</summary>
    private JsonObject Page(RestRoute route, string field, IEnumerable<JsonNode> items)
    {
        JsonNode[] all = [.. items];
        if (!route.Query.TryGetValue("pageToken", out string? token)) return new() { [field] = new JsonArray(all), ["next-page-token"] = null };
        int start = token.Length == 0 ? 0 : int.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(token)), CultureInfo.InvariantCulture);
        int size = Math.Min(PageSize, int.Parse(route.Query.GetValueOrDefault("pageSize", "1000"), CultureInfo.InvariantCulture));
        int end = Math.Min(all.Length, start + size);
        string? next = end < all.Length ? Convert.ToBase64String(Encoding.UTF8.GetBytes(end.ToString(CultureInfo.InvariantCulture))) : null;
        return new() { [field] = new JsonArray(all[start..end]), ["next-page-token"] = next };
    }

    /// <exception cref="ServiceErrorException">400 BadRequestException.</exception>
    private void Check(string schema, JsonNode? value, string what)
    {
        if (OpenApi.Problems(schema, value) is not { Count: > 0 } problems) return;
        foreach (string problem in problems) Violations.Enqueue($"{what}: {problem}");
        throw new ServiceErrorException(400, "BadRequestException", string.Join("; ", problems));
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ServiceErrorException(400, "BadRequestException", e.Message);
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t!)];

    private static JsonObject Map(IDictionary<string, string> map) => new(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

    private static Task WriteAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        if (body.Length == 0) return Task.CompletedTask;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }
}
