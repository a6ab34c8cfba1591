namespace DeltaTools.Core.Storage.S3;

/// <summary>A bucket and a key, or the start of one. Keys are taken letter by letter: nothing in them is decoded or made shorter.</summary>
internal readonly record struct S3Location(string Bucket, string Key)
{
    public const string Scheme = "s3";

    /// <summary>The schemes that mean the same place.</summary>
    public static IReadOnlyList<string> Schemes { get; } = [Scheme, "s3a", "s3n"];

    /// <summary>Reads <c>s3://bucket/key</c>, <c>s3a://</c> and <c>s3n://</c>.</summary>
    /// <exception cref="IcebergException">InvalidArgument: another scheme, or no bucket.</exception>
    public static S3Location Parse(string location)
    {
        int start = location.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = location.IndexOf('/', Math.Max(start, 0));
        string bucket = start < 3 ? "" : end < 0 ? location[start..] : location[start..end];
        if (bucket.Length == 0 || !Schemes.Contains(location[..(start - 3)], StringComparer.OrdinalIgnoreCase))
        {
            throw IcebergException.Invalid($"'{location}' is not a location in S3. Write s3://bucket/prefix.");
        }
        return new(bucket, end < 0 ? "" : location[(end + 1)..]);
    }

    /// <summary>The one spelling of a location.</summary>
    public static string Resolve(string location) =>
        location.StartsWith("s3://", StringComparison.Ordinal) ? location : Scheme + location[Start(location)..];

    public override string ToString() => $"s3://{Bucket}/{Key}";

    private static int Start(string location)
    {
        _ = Parse(location);
        return location.IndexOf("://", StringComparison.Ordinal);
    }
}
