using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.S3;

/// <summary>Objects: put, get, head, delete; and the way to the other operations.</summary>
internal sealed class S3Operations(S3TestServer server)
{
    private readonly S3Listing _listing = new(server);
    private readonly S3Multipart _multipart = new(server);

    public async Task AnswerAsync(HttpResponse response, S3Address address, S3Body body)
    {
        response.Headers["x-amz-request-id"] = "TESTREQUEST00001";
        S3Bucket bucket = server.Buckets[address.Bucket];
        if (Encoding.UTF8.GetByteCount(address.Key) > 1024) throw new ServiceErrorException(400, "KeyTooLongError", "Your key is too long");
        switch (address.Operation)
        {
            case "HeadBucket":
                response.Headers["x-amz-bucket-region"] = server.Region;
                break;
            case "GetBucketLocation":
                await S3Xml.WriteAsync(response, S3Xml.Element("LocationConstraint", server.Region));
                break;
            case "ListObjectsV2":
                await _listing.ListAsync(response, address, bucket);
                break;
            case "DeleteObjects":
                await _listing.DeleteAsync(response, address, bucket, body);
                break;
            case "PutObject":
                Put(response, address, bucket, body);
                break;
            case "GetObject":
            case "HeadObject":
                await GetAsync(response, address, bucket, body.Headers);
                break;
            case "DeleteObject":
                bucket.Delete(address.Key);
                response.StatusCode = 204;
                break;
            default:
                await _multipart.AnswerAsync(response, address, bucket, body);
                break;
        }
    }

    /// <summary>What of a request's headers belongs to the object.</summary>
    public static ImmutableSortedDictionary<string, string> Kept(IReadOnlyDictionary<string, string> headers) => headers
        .Where(h => h.Key is "content-type" or "x-amz-acl" or "x-amz-storage-class"
            || h.Key.StartsWith("x-amz-meta-", StringComparison.Ordinal)
            || h.Key.StartsWith("x-amz-server-side-encryption", StringComparison.Ordinal)
            || h.Key.StartsWith("x-amz-checksum-crc", StringComparison.Ordinal)
            || h.Key.StartsWith("x-amz-checksum-sha", StringComparison.Ordinal))
        .ToImmutableSortedDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal);

    /// <summary>The condition that a write states.</summary>
    public static Action<S3Object?> ConditionOf(S3TestServer server, IReadOnlyDictionary<string, string> headers)
    {
        string? none = headers.GetValueOrDefault("if-none-match"), match = headers.GetValueOrDefault("if-match");
        if ((none ?? match) is null || server.ConditionalWrites == ConditionalWrites.Ignored) return _ => { };
        if (server.ConditionalWrites == ConditionalWrites.Refused || none is not (null or "*"))
        {
            throw new ServiceErrorException(501, "NotImplemented", "A header you provided implies functionality that is not implemented.");
        }
        return current =>
        {
            if (match is not null && current is null) throw new ServiceErrorException(404, "NoSuchKey", "The specified key does not exist.");
            if (none is not null ? current is not null : current!.ETag.Trim('"') != match!.Trim('"'))
            {
                throw new ServiceErrorException(new ServiceError(
                    412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
                { Details = new Dictionary<string, string> { ["Condition"] = none is null ? "If-Match" : "If-None-Match" } });
            }
        };
    }

    private void Put(HttpResponse response, S3Address address, S3Bucket bucket, S3Body body)
    {
        if (body.Headers.ContainsKey("x-amz-copy-source")) throw new ServiceErrorException(501, "NotImplemented", "Copying is not implemented.");
        S3Object content = S3Object.Of(body.Content, Kept(body.Headers));
        bucket.Put(address.Key, content, ConditionOf(server, body.Headers));
        response.Headers.ETag = content.ETag;
    }

    private static async Task GetAsync(HttpResponse response, S3Address address, S3Bucket bucket, IReadOnlyDictionary<string, string> headers)
    {
        S3Object content = bucket.Find(address.Key) ?? throw new ServiceErrorException(new ServiceError(
            404, "NoSuchKey", "The specified key does not exist.")
        { Details = new Dictionary<string, string> { ["Key"] = address.Key } });
        response.Headers.ETag = content.ETag;
        response.Headers.LastModified = content.LastModified.ToString("R", CultureInfo.InvariantCulture);
        if (headers.TryGetValue("if-match", out string? match) && match.Trim('"') != content.ETag.Trim('"'))
        {
            throw new ServiceErrorException(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        }
        if (headers.TryGetValue("if-none-match", out string? none) && none.Trim('"') == content.ETag.Trim('"'))
        {
            throw new ServiceErrorException(304, "NotModified", "");
        }
        response.Headers.AcceptRanges = "bytes";
        bool wantsChecksum = headers.GetValueOrDefault("x-amz-checksum-mode") == "ENABLED";
        foreach ((string name, string value) in content.Headers)
        {
            if (name is "x-amz-acl" || (name.StartsWith("x-amz-checksum-", StringComparison.Ordinal) && !wantsChecksum)) continue;
            response.Headers[name] = value;
        }
        (int start, int end) = Range(headers.GetValueOrDefault("range"), content.Content.Length);
        if (headers.ContainsKey("range"))
        {
            response.StatusCode = 206;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{end - 1}/{content.Content.Length}");
        }
        response.ContentLength = end - start;
        if (address.Operation == "GetObject") await response.Body.WriteAsync(content.Content.AsMemory(start, end - start));
    }

    /// <returns>First byte, and the byte after the last.</returns>
    private static (int Start, int End) Range(string? range, int length)
    {
        if (range is null) return (0, length);
        string[] ends = range["bytes=".Length..].Split('-', 2);
        int start = 0, end = length;
        if (ends[0].Length == 0) start = Math.Max(0, length - int.Parse(ends[1], CultureInfo.InvariantCulture));
        else
        {
            start = (int)Math.Min(int.MaxValue, long.Parse(ends[0], CultureInfo.InvariantCulture));
            if (ends[1].Length > 0) end = (int)Math.Min(length, long.Parse(ends[1], CultureInfo.InvariantCulture) + 1);
        }
        return start < length ? (start, end) : throw new ServiceErrorException(416, "InvalidRange", "The requested range is not satisfiable");
    }
}
