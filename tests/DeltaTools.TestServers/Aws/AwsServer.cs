using System.Text.Json;
using System.Text.Json.Nodes;
using DeltaTools.TestServers.Signing;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.Aws;

/// <summary>Services of JSON 1.1 at one address. Signatures are verified; requests and answers must fit the official models.</summary>
public sealed class AwsServer : TestServer
{
    public const string Region = "eu-west-2";

    private readonly Dictionary<string, (JsonService Service, SignatureVerifier Signatures)> _services;

    private AwsServer(IEnumerable<JsonService> services) =>
        _services = services.ToDictionary(s => s.Model.TargetPrefix, s => (s, new SignatureVerifier(s.Model.SigningName, Region)), StringComparer.Ordinal);

    /// <summary>What was wrong with requests, in the order they came: a client that follows the models leaves it empty.</summary>
    public List<string> Violations { get; } = [];

    public static async Task<AwsServer> StartAsync(params JsonService[] services)
    {
        AwsServer server = new(services);
        await server.ListenAsync();
        return server;
    }

    /// <summary>More keys that may sign.</summary>
    public void Accept(TestCredentials credentials)
    {
        foreach ((_, SignatureVerifier signatures) in _services.Values) signatures.Known.Add(credentials);
    }

    /// <summary>Keys that sign no longer.</summary>
    public void Forget(TestCredentials credentials)
    {
        foreach ((_, SignatureVerifier signatures) in _services.Values) signatures.Known.RemoveAll(k => k.AccessKeyId == credentials.AccessKeyId);
    }

    protected override (string Operation, string Resource) Identify(HttpRequest request, ReadOnlySpan<byte> body)
    {
        (string prefix, string operation) = Target(request.Headers["X-Amz-Target"].ToString());
        if (body.IsEmpty || !_services.TryGetValue(prefix, out var found)) return (operation, "");
        return (operation, Parse(body.ToArray()) is { } input ? found.Service.ResourceOf(operation, input) : "");
    }

    protected override async Task HandleAsync(HttpContext http, RecordedRequest request)
    {
        http.Response.Headers.Date = Now.ToString("R");
        (string prefix, string operation) = Target(request.Headers.GetValueOrDefault("x-amz-target", ""));
        if (!_services.TryGetValue(prefix, out var found) || !found.Service.Model.Knows(operation))
            throw new ServiceErrorException(400, "UnknownOperationException", $"The operation {prefix}.{operation} is not known.");
        found.Signatures.Verify(request, Now);
        if (request.Headers.GetValueOrDefault("content-type") != "application/x-amz-json-1.1") throw Violation(found.Service, operation, "the content type is not JSON 1.1");
        JsonObject input = Parse(request.Body.ToArray()) ?? throw Violation(found.Service, operation, "the body is not a JSON object");
        IReadOnlyList<string> faults = found.Service.Model.CheckInput(operation, input.Deserialize<JsonElement>());
        if (faults.Count > 0) throw Violation(found.Service, operation, string.Join("; ", faults));

        JsonObject output;
        try
        {
            output = await found.Service.AnswerAsync(operation, input, http.RequestAborted);
        }
        catch (ServiceErrorException e) when (!found.Service.Model.MayFailWith(operation, e.Error.Code))
        {
            throw new InvalidOperationException($"{operation} cannot fail with {e.Error.Code} by its model.", e);
        }
        faults = found.Service.Model.CheckOutput(operation, output.Deserialize<JsonElement>());
        if (faults.Count > 0) throw new InvalidOperationException($"The answer of {operation} does not fit its model: {string.Join("; ", faults)}");
        http.Response.ContentType = "application/x-amz-json-1.1";
        http.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        await http.Response.WriteAsync(output.ToJsonString(), http.RequestAborted);
    }

    protected override Task WriteErrorAsync(HttpContext http, ServiceError error)
    {
        http.Response.Headers.Date = Now.ToString("R");
        http.Response.ContentType = "application/x-amz-json-1.1";
        http.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        var body = new JsonObject { ["__type"] = error.Code, ["Message"] = error.Message };
        foreach ((string name, string value) in error.Details) body[name] = value;
        return http.Response.WriteAsync(body.ToJsonString());
    }

    private ServiceErrorException Violation(JsonService service, string operation, string fault)
    {
        lock (Violations) Violations.Add($"{operation}: {fault}");
        return new ServiceErrorException(400, service.InvalidCode, $"{operation}: {fault}");
    }

    private static (string Prefix, string Operation) Target(string header) => header.Split('.', 2) is [var prefix, var operation] ? (prefix, operation) : (header, "");

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
