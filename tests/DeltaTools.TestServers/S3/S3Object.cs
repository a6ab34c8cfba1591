using System.Collections.Immutable;
using System.Security.Cryptography;

namespace DeltaTools.TestServers.S3;

/// <param name="Content">The bytes.</param>
/// <param name="ETag">With quotes.</param>
/// <param name="Headers">What was sent along and is answered again, or at least kept: metadata, encryption, ACL, checksum.</param>
public sealed record S3Object(byte[] Content, string ETag, DateTimeOffset LastModified, ImmutableSortedDictionary<string, string> Headers)
{
    public static S3Object Of(byte[] content, ImmutableSortedDictionary<string, string> headers) =>
        new(content, $"\"{Convert.ToHexStringLower(Md5(content))}\"", DateTimeOffset.UtcNow, headers);

#pragma warning disable CA5351 // ETags are MD5.
    internal static byte[] Md5(byte[] content) => MD5.HashData(content);
#pragma warning restore CA5351
}
