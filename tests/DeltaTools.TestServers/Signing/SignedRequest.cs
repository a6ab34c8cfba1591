using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DeltaTools.TestServers.Signing;

/// <summary>A request whose signature was found to be right, and what later chunks of its body are signed with.</summary>
public sealed class SignedRequest
{
    internal SignedRequest(TestCredentials credentials, byte[] key, string scope, string time, string signature)
    {
        Credentials = credentials;
        Key = key;
        Scope = scope;
        Time = time;
        Signature = signature;
    }

    public TestCredentials Credentials { get; }

    internal string Signature { get; }

    private byte[] Key { get; }

    private string Scope { get; }

    private string Time { get; }

    /// <summary>The signature of a chunk (<c>AWS4-HMAC-SHA256-PAYLOAD</c>) or of the trailer (<c>AWS4-HMAC-SHA256-TRAILER</c>).</summary>
    internal string Sign(string algorithm, string previous, ReadOnlySpan<byte> content)
    {
        string empty = algorithm.EndsWith("-PAYLOAD", StringComparison.Ordinal) ? Hex(SHA256.HashData([])) + "\n" : "";
        return Hex(Hmac(Key, $"{algorithm}\n{Time}\n{Scope}\n{previous}\n{empty}{Hex(SHA256.HashData(content))}"));
    }

    internal static byte[] KeyOf(string secret, string date, string region, string service)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string part in (string[])[date, region, service, "aws4_request"]) key = Hmac(key, part);
        return key;
    }

    internal static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    internal static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    internal static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time : null;
}
