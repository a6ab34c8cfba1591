using System.Collections.Concurrent;

namespace DeltaTools.TestServers.S3;

/// <summary>The buckets of a server.</summary>
public sealed class S3Buckets
{
    private readonly ConcurrentDictionary<string, S3Bucket> _byName = new(StringComparer.Ordinal);

    public S3Bucket this[string name] => _byName.TryGetValue(name, out S3Bucket? bucket) ? bucket
        : throw new ServiceErrorException(404, "NoSuchBucket", "The specified bucket does not exist");

    public S3Bucket Add(string name) => _byName[name] = new S3Bucket();
}
