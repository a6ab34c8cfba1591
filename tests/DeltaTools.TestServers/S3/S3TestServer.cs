using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Signing;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.S3;

/// <summary>An S3 store in memory, reached in path style.</summary>
/// <remarks>
/// It keeps to the API reference of Amazon S3 for what it knows: objects with ranges and conditions, listing in pages, deleting many,
/// multipart uploads, signatures of headers and of chunked bodies, checksums. What it does not know is an error, never a guess.
/// </remarks>
public sealed class S3TestServer : TestServer
{
    private readonly SignatureVerifier _signatures;
    private readonly S3Operations _operations;

    private S3TestServer(string region)
    {
        Region = region;
        _signatures = new("s3", region);
        _operations = new(this);
    }

    public string Region { get; }

    /// <summary>Keys that may sign.</summary>
    public IList<TestCredentials> Known => _signatures.Known;

    public S3Buckets Buckets { get; } = new();

    /// <summary>How conditions of writes are treated.</summary>
    public ConditionalWrites ConditionalWrites { get; set; }

    /// <summary>Whether requests must say that the requester pays.</summary>
    public bool RequesterPays { get; set; }

    /// <summary>Refuses requests with AccessDenied: gets the operation and <c>bucket/key</c>.</summary>
    public Func<string, string, bool> Deny { get; set; } = (_, _) => false;

    /// <summary>How often the deletion of a key among others is still refused with SlowDown, by key.</summary>
    public Dictionary<string, int> SlowDeletes { get; } = [];

    /// <summary>Most keys of one page of a list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Least size in bytes of a part that is not the last.</summary>
    public int MinimumPartSize { get; set; } = 5 << 20;

    /// <param name="buckets">Names of buckets that exist.</param>
    public static async Task<S3TestServer> StartAsync(params string[] buckets)
    {
        var server = new S3TestServer("eu-central-1");
        foreach (string bucket in buckets) server.Buckets.Add(bucket);
        await server.ListenAsync();
        return server;
    }

    protected override (string Operation, string Resource) Identify(HttpRequest request, ReadOnlySpan<byte> body)
    {
        S3Address address = S3Address.Of(request);
        return (address.Operation, address.ToString());
    }

    protected override async Task HandleAsync(HttpContext http, RecordedRequest request)
    {
        SignedRequest signed = _signatures.Verify(request, Now);
        S3Address address = S3Address.Of(http.Request);
        if (Deny(address.Operation, address.ToString())) throw new ServiceErrorException(403, "AccessDenied", "Access Denied");
        string reached = address.Key.Length > 0 || !address.Query.TryGetValue("prefix", out string? prefix) ? address.ToString() : $"{address.Bucket}/{prefix}";
        if (signed.Credentials.Scope is { } scope && address.Operation != "DeleteObjects" && !reached.StartsWith(scope, StringComparison.Ordinal))
        {
            throw new ServiceErrorException(403, "AccessDenied", "Access Denied");
        }
        if (RequesterPays && !request.Headers.ContainsKey("x-amz-request-payer")) throw new ServiceErrorException(403, "AccessDenied", "Access Denied");
        await _operations.AnswerAsync(http.Response, address, S3Body.Decode(request, signed));
    }

    protected override ServiceError ErrorFor(FaultKind kind) => kind switch
    {
        FaultKind.Throttled => new(503, "ServiceUnavailable", "Reduce your request rate."),
        FaultKind.Conflict => new(409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource."),
        // The real service quotes the token.
        FaultKind.ExpiredToken => new(400, "ExpiredToken", "The provided token has expired.")
        {
            Details = new Dictionary<string, string> { ["Token-0"] = Known.Select(k => k.SessionToken).FirstOrDefault(t => t is not null) ?? "" },
        },
        _ => base.ErrorFor(kind),
    };

    protected override Task WriteErrorAsync(HttpContext http, ServiceError error)
    {
        http.Response.Headers["x-amz-request-id"] = "TESTREQUEST00001";
        if (error.Code is "AuthorizationHeaderMalformed") http.Response.Headers["x-amz-bucket-region"] = Region;
        // Answers to HEAD, and 304, have no body.
        return http.Request.Method == "HEAD" || error.Status == 304 ? Task.CompletedTask : S3Xml.WriteErrorAsync(http.Response, error);
    }
}

public enum ConditionalWrites
{
    Supported,
    /// <summary>Overlooked, as old stores do: every write overwrites.</summary>
    Ignored,
    /// <summary>Refused with 501 NotImplemented.</summary>
    Refused,
}
