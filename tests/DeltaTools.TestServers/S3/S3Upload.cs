using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace DeltaTools.TestServers.S3;

/// <summary>A multipart upload under way.</summary>
/// <param name="Headers">Of the object to be.</param>
public sealed record S3Upload(string Id, string Key, DateTimeOffset Initiated, ImmutableSortedDictionary<string, string> Headers)
{
    public int PartCount => Parts.Count;

    internal ConcurrentDictionary<int, S3Object> Parts { get; } = new();

    /// <exception cref="ServiceErrorException">InvalidPart, InvalidPartOrder, EntityTooSmall.</exception>
    internal S3Object Assemble(IReadOnlyList<(int Number, string ETag)> parts, int minimumPartSize)
    {
        if (parts.Count == 0) throw new ServiceErrorException(400, "MalformedXML", "The XML you provided was not well-formed.");
        using var content = new MemoryStream();
        using var digests = new MemoryStream();
        int last = 0;
        foreach ((int number, string etag) in parts)
        {
            if (number <= last) throw new ServiceErrorException(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
            if (!Parts.TryGetValue(number, out S3Object? part) || part.ETag.Trim('"') != etag.Trim('"'))
            {
                throw new ServiceErrorException(400, "InvalidPart", "One or more of the specified parts could not be found.");
            }
            if (number != parts[^1].Number && part.Content.Length < minimumPartSize)
            {
                throw new ServiceErrorException(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
            }
            content.Write(part.Content);
            digests.Write(S3Object.Md5(part.Content));
            last = number;
        }
        string digest = Convert.ToHexStringLower(S3Object.Md5(digests.ToArray()));
        return new(content.ToArray(), $"\"{digest}-{parts.Count}\"", DateTimeOffset.UtcNow, Headers);
    }
}
