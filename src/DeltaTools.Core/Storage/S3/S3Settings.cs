using DeltaTools.Core.Aws;

namespace DeltaTools.Core.Storage.S3;

/// <summary>How an S3 store is reached and written to. Its text tells no secret.</summary>
public sealed record S3Settings
{
    /// <summary>As whom and where S3 is called.</summary>
    public AwsSettings Login { get; init; } = new();

    /// <summary>Gives the keys instead of <see cref="Login"/>: asked at first, when the keys end, and when the store calls them expired.</summary>
    public Func<CancellationToken, Task<S3Keys>>? KeySource { get; init; }

    /// <summary>Whether the bucket stands in the path and not in the host's name. Null: yes at an own address, no at AWS.</summary>
    public bool? PathStyle { get; init; }

    public S3Encryption Encryption { get; init; }

    /// <summary>Key of KMS for <see cref="S3Encryption.Kms"/> and <see cref="S3Encryption.DsseKms"/>; null: the account's own key for S3.</summary>
    public string? KmsKey { get; init; }

    /// <summary>Canned ACL of new objects, such as <c>bucket-owner-full-control</c>; null: that of the bucket.</summary>
    public string? Acl { get; init; }

    /// <summary>Whether requests to buckets of the kind «requester pays» are paid for.</summary>
    public bool RequesterPays { get; init; }

    /// <summary>Whether uploads carry checksums in trailers. Null: yes at AWS, no at an own address, for many other stores do not know them.</summary>
    public bool? Checksums { get; init; }

    /// <summary>Bytes of one part of an upload or a parallel download; larger files are cut. S3 takes no parts below 5 MB.</summary>
    public int PartSize { get; init; } = 16 << 20;

    /// <summary>How often a request is tried in all.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>Longest wait between attempts; waits double from 1 s and are drawn at random below that.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one attempt may go without an answer, or a download without a byte.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Folder of the cache of data files; null: the environment variable <c>DELTATOOLS_CACHE</c>, else one of the user.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes that the cache may hold. Files in use may take it beyond that.</summary>
    public long CacheSize { get; init; } = 10L << 30;

    /// <summary>How long a file is kept for certain after it was asked for.</summary>
    internal TimeSpan CacheInUse { get; init; } = TimeSpan.FromHours(2);

    public override string ToString() => KeySource is null ? $"S3 with {Login}" : $"S3 with given keys in {Login.Region ?? "the default region"}";
}

/// <summary>Server-side encryption of new objects.</summary>
public enum S3Encryption
{
    /// <summary>As the bucket has it.</summary>
    Default,
    /// <summary>With keys of S3 (AES-256).</summary>
    S3,
    /// <summary>With a key of KMS.</summary>
    Kms,
    /// <summary>Twice, with a key of KMS.</summary>
    DsseKms,
}

/// <summary>Keys that end at some time. Its text tells no secret.</summary>
/// <param name="Expires">Null: not known.</param>
public sealed record S3Keys(string AccessKey, string SecretKey, string? SessionToken, DateTimeOffset? Expires)
{
    public override string ToString() => "keys";
}
