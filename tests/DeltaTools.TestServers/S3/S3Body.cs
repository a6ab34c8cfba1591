using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.TestServers.S3;

/// <summary>The headers and the body of a request, taken out of its chunks, with signatures and checksums found to be right.</summary>
internal sealed record S3Body(IReadOnlyDictionary<string, string> Headers, byte[] Content)
{
    private const string Checksum = "x-amz-checksum-";

    /// <exception cref="ServiceErrorException">SignatureDoesNotMatch, BadDigest, IncompleteBody.</exception>
    public static S3Body Decode(RecordedRequest request, SignedRequest signed)
    {
        Dictionary<string, string> headers = new(request.Headers, StringComparer.Ordinal);
        byte[] content = request.Body.ToArray();
        string payload = headers["x-amz-content-sha256"];
        if (payload.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            content = Unchunk(request.Body.Span, payload, signed, headers);
            if (!headers.TryGetValue("x-amz-decoded-content-length", out string? length)
                || length != content.Length.ToString(CultureInfo.InvariantCulture))
            {
                throw new ServiceErrorException(400, "IncompleteBody", "The request body terminated unexpectedly");
            }
        }
        Check(headers, content);
        return new(headers, content);
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> body, string payload, SignedRequest signed, Dictionary<string, string> headers)
    {
        bool isSigned = payload.StartsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", StringComparison.Ordinal);
        if (!isSigned && payload != "STREAMING-UNSIGNED-PAYLOAD-TRAILER") throw new ServiceErrorException(501, "NotImplemented", payload);
        using var content = new MemoryStream();
        string previous = signed.Signature;
        while (true)
        {
            string head = Line(ref body);
            string[] parts = head.Split(";chunk-signature=");
            if (!int.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size) || size > body.Length) throw Incomplete();
            ReadOnlySpan<byte> chunk = body[..size];
            body = body[size..];
            if (isSigned)
            {
                string expected = signed.Sign("AWS4-HMAC-SHA256-PAYLOAD", previous, chunk);
                if (parts.Length != 2 || parts[1] != expected) throw WrongSignature();
                previous = expected;
            }
            content.Write(chunk);
            if (size == 0) break;
            if (Line(ref body).Length != 0) throw Incomplete();
        }
        if (payload.EndsWith("-TRAILER", StringComparison.Ordinal)) ReadTrailer(body, isSigned, previous, signed, headers);
        return content.ToArray();
    }

    private static void ReadTrailer(ReadOnlySpan<byte> body, bool isSigned, string previous, SignedRequest signed, Dictionary<string, string> headers)
    {
        var canonical = new StringBuilder();
        string? signature = null;
        while (!body.IsEmpty && Line(ref body) is { Length: > 0 } line)
        {
            string[] pair = line.Split(':', 2);
            if (pair[0] == "x-amz-trailer-signature") signature = pair[1];
            else
            {
                headers[pair[0]] = pair[1].Trim();
                canonical.Append(pair[0]).Append(':').Append(pair[1].Trim()).Append('\n');
            }
        }
        if (!headers.TryGetValue("x-amz-trailer", out string? announced) || !headers.ContainsKey(announced))
        {
            throw new ServiceErrorException(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed");
        }
        if (isSigned && signature != signed.Sign("AWS4-HMAC-SHA256-TRAILER", previous, Encoding.UTF8.GetBytes(canonical.ToString()))) throw WrongSignature();
    }

    private static string Line(ref ReadOnlySpan<byte> body)
    {
        int end = body.IndexOf("\r\n"u8);
        if (end < 0) throw Incomplete();
        string line = Encoding.ASCII.GetString(body[..end]);
        body = body[(end + 2)..];
        return line;
    }

    private static void Check(Dictionary<string, string> headers, byte[] content)
    {
        foreach ((string name, string value) in headers)
        {
            string? actual = name switch
            {
                "content-md5" => Convert.ToBase64String(S3Object.Md5(content)),
                Checksum + "crc32" => Convert.ToBase64String(BigEndian(Crc32.HashToUInt32(content))),
                Checksum + "sha1" => Convert.ToBase64String(Sha1(content)),
                Checksum + "sha256" => Convert.ToBase64String(SHA256.HashData(content)),
                _ => null,
            };
            if (actual is not null && actual != value) throw new ServiceErrorException(400, "BadDigest", $"The {name} you specified did not match what we received.");
        }
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

#pragma warning disable CA5350 // A checksum that S3 offers.
    private static byte[] Sha1(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350

    private static ServiceErrorException Incomplete() => new(400, "IncompleteBody", "The request body terminated unexpectedly");

    private static ServiceErrorException WrongSignature() => new(403, "SignatureDoesNotMatch", "The signature of a chunk does not match.");
}
