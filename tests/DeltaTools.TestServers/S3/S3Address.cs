using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeltaTools.TestServers.S3;

/// <summary>What a request is about, in path style: <c>/bucket/key?query</c>.</summary>
/// <param name="Operation">Name of the operation in the API reference.</param>
/// <param name="Key">Empty for a bucket.</param>
public sealed record S3Address(string Operation, string Bucket, string Key, IReadOnlyDictionary<string, string> Query)
{
    public static S3Address Of(HttpRequest request)
    {
        string[] target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        string[] path = target[0].TrimStart('/').Split('/', 2);
        string key = path.Length > 1 ? Uri.UnescapeDataString(path[1]) : "";
        Dictionary<string, string> query = target.Length == 1 ? [] : target[1].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => Uri.UnescapeDataString(p[0]), p => p.Length > 1 ? Uri.UnescapeDataString(p[1]) : "");
        string operation = key.Length == 0 ? OfBucket(request.Method, query) : OfObject(request.Method, query);
        return new(operation, Uri.UnescapeDataString(path[0]), key, query);
    }

    public override string ToString() => Key.Length == 0 ? Bucket : $"{Bucket}/{Key}";

    private static string OfBucket(string method, Dictionary<string, string> query) => method switch
    {
        "GET" when query.GetValueOrDefault("list-type") == "2" => "ListObjectsV2",
        "GET" when query.ContainsKey("uploads") => "ListMultipartUploads",
        "GET" when query.ContainsKey("location") => "GetBucketLocation",
        "HEAD" => "HeadBucket",
        "POST" when query.ContainsKey("delete") => "DeleteObjects",
        _ => $"{method} bucket",
    };

    private static string OfObject(string method, Dictionary<string, string> query) => method switch
    {
        "POST" when query.ContainsKey("uploads") => "CreateMultipartUpload",
        "POST" when query.ContainsKey("uploadId") => "CompleteMultipartUpload",
        "PUT" when query.ContainsKey("partNumber") => "UploadPart",
        "DELETE" when query.ContainsKey("uploadId") => "AbortMultipartUpload",
        "GET" when query.ContainsKey("uploadId") => "ListParts",
        "GET" => "GetObject",
        "HEAD" => "HeadObject",
        "PUT" => "PutObject",
        "DELETE" => "DeleteObject",
        _ => $"{method} object",
    };
}
