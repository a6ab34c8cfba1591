using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.S3;

/// <summary>Multipart uploads.</summary>
internal sealed class S3Multipart(S3TestServer server)
{
    public async Task AnswerAsync(HttpResponse response, S3Address address, S3Bucket bucket, S3Body body)
    {
        switch (address.Operation)
        {
            case "CreateMultipartUpload":
                S3Upload created = bucket.Begin(address.Key, new(Guid.NewGuid().ToString("N"), address.Key, server.Now, S3Operations.Kept(body.Headers)));
                await S3Xml.WriteAsync(response, S3Xml.Element(
                    "InitiateMultipartUploadResult",
                    S3Xml.Element("Bucket", address.Bucket), S3Xml.Element("Key", address.Key), S3Xml.Element("UploadId", created.Id)));
                break;
            case "UploadPart":
                PutPart(response, address, bucket, body);
                break;
            case "CompleteMultipartUpload":
                await CompleteAsync(response, address, bucket, body);
                break;
            case "AbortMultipartUpload":
                bucket.End(bucket.Upload(address.Key, address.Query["uploadId"]));
                response.StatusCode = 204;
                break;
            case "ListMultipartUploads":
                string prefix = address.Query.GetValueOrDefault("prefix", "");
                await S3Xml.WriteAsync(response, S3Xml.Element(
                    "ListMultipartUploadsResult",
                    S3Xml.Element("Bucket", address.Bucket), S3Xml.Element("Prefix", prefix), S3Xml.Element("IsTruncated", false),
                    bucket.Uploads.Where(u => u.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(u => S3Xml.Element(
                        "Upload", S3Xml.Element("Key", u.Key), S3Xml.Element("UploadId", u.Id), S3Xml.Element("Initiated", S3Xml.Time(u.Initiated))))));
                break;
            default:
                throw new ServiceErrorException(501, "NotImplemented", $"This test server does not know {address.Operation}.");
        }
    }

    private static void PutPart(HttpResponse response, S3Address address, S3Bucket bucket, S3Body body)
    {
        int number = int.Parse(address.Query["partNumber"], CultureInfo.InvariantCulture);
        if (number is < 1 or > 10_000) throw new ServiceErrorException(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
        S3Object part = S3Object.Of(body.Content, S3Operations.Kept(body.Headers));
        bucket.Upload(address.Key, address.Query["uploadId"]).Parts[number] = part;
        response.Headers.ETag = part.ETag;
        foreach ((string name, string value) in part.Headers.Where(h => h.Key.StartsWith("x-amz-checksum-", StringComparison.Ordinal)))
        {
            response.Headers[name] = value;
        }
    }

    private Task CompleteAsync(HttpResponse response, S3Address address, S3Bucket bucket, S3Body body)
    {
        S3Upload upload = bucket.Upload(address.Key, address.Query["uploadId"]);
        List<(int, string)> parts = [.. S3Xml.Children(S3Xml.Read(body.Content, "CompleteMultipartUpload"), "Part")
            .Select(p => (int.Parse(S3Xml.Text(p, "PartNumber")!, CultureInfo.InvariantCulture), S3Xml.Text(p, "ETag") ?? ""))];
        S3Object content = upload.Assemble(parts, server.MinimumPartSize);
        bucket.Put(address.Key, content, S3Operations.ConditionOf(server, body.Headers));
        bucket.End(upload);
        return S3Xml.WriteAsync(response, S3Xml.Element(
            "CompleteMultipartUploadResult",
            S3Xml.Element("Location", $"{server.Url}/{address}"), S3Xml.Element("Bucket", address.Bucket),
            S3Xml.Element("Key", address.Key), S3Xml.Element("ETag", content.ETag)));
    }
}
