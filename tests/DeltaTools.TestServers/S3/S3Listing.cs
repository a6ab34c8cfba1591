using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.S3;

/// <summary>Lists of objects in pages, and the deletion of many.</summary>
internal sealed class S3Listing(S3TestServer server)
{
    public Task ListAsync(HttpResponse response, S3Address address, S3Bucket bucket)
    {
        string prefix = address.Query.GetValueOrDefault("prefix", ""), delimiter = address.Query.GetValueOrDefault("delimiter", "");
        bool url = address.Query.GetValueOrDefault("encoding-type") == "url";
        int most = Math.Min(server.PageSize, int.Parse(address.Query.GetValueOrDefault("max-keys", "1000"), CultureInfo.InvariantCulture));
        string after = address.Query.TryGetValue("continuation-token", out string? token)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(token)) : address.Query.GetValueOrDefault("start-after", "");
        List<XElement> items = [];
        string last = after;
        bool truncated = false;
        foreach ((string key, S3Object content) in bucket.After(after, prefix))
        {
            if (delimiter.Length > 0 && last.EndsWith(delimiter, StringComparison.Ordinal) && last.Length > prefix.Length
                && key.StartsWith(last, StringComparison.Ordinal)) continue;
            truncated = items.Count == most;
            if (truncated) break;
            int end = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            last = end < 0 ? key : key[..(end + delimiter.Length)];
            items.Add(end < 0
                ? S3Xml.Element(
                    "Contents", S3Xml.Element("Key", Text(key)), S3Xml.Element("LastModified", S3Xml.Time(content.LastModified)),
                    S3Xml.Element("ETag", content.ETag), S3Xml.Element("Size", content.Content.Length), S3Xml.Element("StorageClass", "STANDARD"))
                : S3Xml.Element("CommonPrefixes", S3Xml.Element("Prefix", Text(last))));
        }
        return S3Xml.WriteAsync(response, S3Xml.Element(
            "ListBucketResult",
            S3Xml.Element("Name", address.Bucket), S3Xml.Element("Prefix", Text(prefix)), S3Xml.Element("KeyCount", items.Count),
            S3Xml.Element("MaxKeys", most), S3Xml.Element("IsTruncated", truncated),
            url ? S3Xml.Element("EncodingType", "url") : null,
            truncated ? S3Xml.Element("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(last))) : null,
            items));

        string Text(string text) => url ? Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal) : text;
    }

    public Task DeleteAsync(HttpResponse response, S3Address address, S3Bucket bucket, S3Body body)
    {
        if (!body.Headers.ContainsKey("content-md5") && !body.Headers.Keys.Any(h => h.StartsWith("x-amz-checksum-", StringComparison.Ordinal)))
        {
            throw new ServiceErrorException(400, "InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }
        XElement request = S3Xml.Read(body.Content, "Delete");
        string[] keys = [.. S3Xml.Children(request, "Object").Select(o => S3Xml.Text(o, "Key")!)];
        if (keys.Length is 0 or > 1000) throw new ServiceErrorException(400, "MalformedXML", "The XML you provided was not well-formed");
        bool quiet = S3Xml.Text(request, "Quiet") == "true";
        List<XElement> results = [];
        foreach (string key in keys)
        {
            if (server.Deny("DeleteObject", $"{address.Bucket}/{key}"))
            {
                results.Add(Error(key, "AccessDenied", "Access Denied"));
                continue;
            }
            if (server.SlowDeletes.GetValueOrDefault(key) is > 0 and var times)
            {
                server.SlowDeletes[key] = times - 1;
                results.Add(Error(key, "SlowDown", "Please reduce your request rate."));
                continue;
            }
            bucket.Delete(key);
            if (!quiet) results.Add(S3Xml.Element("Deleted", S3Xml.Element("Key", key)));
        }
        return S3Xml.WriteAsync(response, S3Xml.Element("DeleteResult", results));
    }

    private static XElement Error(string key, string code, string message) =>
        S3Xml.Element("Error", S3Xml.Element("Key", key), S3Xml.Element("Code", code), S3Xml.Element("Message", message));
}
