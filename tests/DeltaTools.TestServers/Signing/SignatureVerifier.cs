using System.Security.Cryptography;
using System.Text;

namespace DeltaTools.TestServers.Signing;

/// <summary>Checks signatures of version 4 (AWS4-HMAC-SHA256 in the header Authorization) as the real services do.</summary>
/// <param name="service">Signing name: <c>s3</c>, <c>glue</c>, <c>athena</c>.</param>
/// <param name="region">Region that the signature must be made for.</param>
/// <remarks>All services but S3 sign the path encoded twice; only S3 may leave the body unsigned or sign it in chunks.</remarks>
public sealed class SignatureVerifier(string service, string region)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan s_mostSkew = TimeSpan.FromMinutes(15);

    private bool IsS3 => service == "s3";

    /// <summary>Keys that may sign.</summary>
    public List<TestCredentials> Known { get; } = [TestCredentials.Default];

    /// <exception cref="ServiceErrorException">As the service refuses: missing, unknown, expired, skewed or wrong.</exception>
    public SignedRequest Verify(RecordedRequest request, DateTimeOffset now)
    {
        Dictionary<string, string> parts = Authorization(request);
        if (!parts.TryGetValue("Credential", out string? credential) || !parts.TryGetValue("SignedHeaders", out string? signedHeaders)
            || !parts.TryGetValue("Signature", out string? signature) || credential.Split('/') is not [var id, var date, var inRegion, var forService, "aws4_request"])
        {
            throw Refuse("AuthorizationHeaderMalformed", "IncompleteSignatureException", "The authorization header is malformed.", 400);
        }
        TestCredentials known = Find(id)
            ?? throw Refuse("InvalidAccessKeyId", "UnrecognizedClientException", "The AWS Access Key Id you provided does not exist in our records.");
        CheckToken(request, known);
        if (inRegion != region || forService != service)
        {
            throw new ServiceErrorException(new ServiceError(
                400, IsS3 ? "AuthorizationHeaderMalformed" : "InvalidSignatureException",
                $"The authorization header is malformed; the region '{inRegion}' is wrong; expecting '{region}'")
            { Details = new Dictionary<string, string> { ["Region"] = region } });
        }
        string time = Header(request, "x-amz-date");
        if (SignedRequest.ParseTime(time) is not { } signedAt || !time.StartsWith(date, StringComparison.Ordinal) || (signedAt - now).Duration() > s_mostSkew)
        {
            throw Refuse("RequestTimeTooSkewed", "InvalidSignatureException", "The difference between the request time and the current time is too large. "
                + $"Signature expired: {time} is now earlier or later than {now:yyyyMMdd'T'HHmmss'Z'}");
        }
        string[] names = signedHeaders.Split(';');
        CheckSignedHeaders(request, names);
        string scope = $"{date}/{region}/{service}/aws4_request";
        string canonical = Canonical(request, names, signedHeaders);
        byte[] key = SignedRequest.KeyOf(known.SecretAccessKey, date, region, service);
        string toSign = $"{Algorithm}\n{time}\n{scope}\n{SignedRequest.Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        if (SignedRequest.Hex(SignedRequest.Hmac(key, toSign)) != signature)
        {
            // The real services quote what they signed, session token and all.
            throw new ServiceErrorException(new ServiceError(
                403, IsS3 ? "SignatureDoesNotMatch" : "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
            { Details = new Dictionary<string, string> { ["AWSAccessKeyId"] = id, ["StringToSign"] = toSign, ["CanonicalRequest"] = canonical } });
        }
        return new(known, key, scope, time, signature);
    }

    private TestCredentials? Find(string id)
    {
        lock (Known) return Known.FirstOrDefault(k => k.AccessKeyId == id);
    }

    private Dictionary<string, string> Authorization(RecordedRequest request)
    {
        if (!request.Headers.TryGetValue("authorization", out string? header))
        {
            throw Refuse("AccessDenied", "MissingAuthenticationTokenException", "Access Denied: the request is not signed.");
        }
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            throw Refuse("InvalidRequest", "IncompleteSignatureException", "The authorization mechanism you have provided is not supported.", 400);
        }
        return header[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }

    private void CheckToken(RecordedRequest request, TestCredentials known)
    {
        request.Headers.TryGetValue("x-amz-security-token", out string? token);
        if (token != known.SessionToken)
        {
            throw new ServiceErrorException(new ServiceError(
                IsS3 ? 400 : 403, IsS3 ? "InvalidToken" : "UnrecognizedClientException", "The provided token is malformed or otherwise invalid.")
            { Details = new Dictionary<string, string> { ["Token-0"] = token ?? "" } });
        }
        if (known.Expired)
        {
            throw new ServiceErrorException(new ServiceError(
                400, IsS3 ? "ExpiredToken" : "ExpiredTokenException", "The provided token has expired.")
            { Details = new Dictionary<string, string> { ["Token-0"] = token ?? "" } });
        }
    }

    /// <summary>Host and all x-amz headers must be signed.</summary>
    private void CheckSignedHeaders(RecordedRequest request, string[] names)
    {
        string? missing = request.Headers.Keys.FirstOrDefault(
            h => (h == "host" || h.StartsWith("x-amz-", StringComparison.Ordinal)) && !names.Contains(h, StringComparer.Ordinal));
        if (missing is not null)
        {
            throw Refuse("AccessDenied", "InvalidSignatureException", $"There were headers present in the request which were not signed: {missing}");
        }
    }

    private string Canonical(RecordedRequest request, string[] names, string signedHeaders)
    {
        string[] target = request.Target.Split('?', 2);
        string path = string.Join('/', target[0].Split('/').Select(s => Encode(Uri.UnescapeDataString(s))));
        if (!IsS3) path = string.Join('/', path.Split('/').Select(Encode));
        IEnumerable<string> query = target.Length == 1 ? [] : target[1].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Select(p => (Name: Encode(Uri.UnescapeDataString(p[0])), Value: p.Length > 1 ? Encode(Uri.UnescapeDataString(p[1])) : ""))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}");
        string headers = string.Concat(names.Select(n => $"{n}:{Collapse(Header(request, n))}\n"));
        return $"{request.Method}\n{path}\n{string.Join('&', query)}\n{headers}\n{signedHeaders}\n{PayloadHash(request)}";
    }

    private string PayloadHash(RecordedRequest request)
    {
        string actual = SignedRequest.Hex(SHA256.HashData(request.Body.Span));
        if (!request.Headers.TryGetValue("x-amz-content-sha256", out string? declared))
        {
            return !IsS3 ? actual : throw Refuse("InvalidRequest", "", "Missing required header for this request: x-amz-content-sha256", 400);
        }
        bool hash = declared.Length == 64;
        if (hash ? declared != actual : !IsS3) throw Refuse(
            "XAmzContentSHA256Mismatch", "InvalidSignatureException", "The provided 'x-amz-content-sha256' header does not match what was computed.", 400);
        return declared;
    }

    private string Header(RecordedRequest request, string name) => request.Headers.TryGetValue(name, out string? value)
        ? value : throw Refuse("AccessDenied", "IncompleteSignatureException", $"The request must have the header {name}.");

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Encode(string text) => Uri.EscapeDataString(text);

    private ServiceErrorException Refuse(string s3, string others, string message, int status = 403) =>
        new(IsS3 ? status : 400, IsS3 ? s3 : others, message);
}
