using System.Text;
using DeltaTools.TestServers.S3;

namespace DeltaTools.TestServers.Rest;

/// <summary>Where a catalog's server keeps metadata files: in the buckets of a server of this process, or on the local disk.</summary>
public sealed class RestFiles(S3TestServer? s3)
{
    public void Write(string location, string text)
    {
        if (Bucket(location) is { } at)
        {
            at.Bucket.Put(at.Key, text);
            return;
        }
        string path = LocalPath(location);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Null when there is no such file.</summary>
    public string? Read(string location)
    {
        if (Bucket(location) is { } at) return at.Bucket.Find(at.Key) is { } found ? Encoding.UTF8.GetString(found.Content) : null;
        string path = LocalPath(location);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Whether anything lies below a place.</summary>
    public bool IsUsed(string location) => Bucket(location) is { } at
        ? at.Bucket.Keys.Any(k => k.StartsWith(at.Key + "/", StringComparison.Ordinal)) : Directory.Exists(LocalPath(location));

    private (S3Bucket Bucket, string Key)? Bucket(string location)
    {
        if (s3 is null || !location.StartsWith("s3://", StringComparison.Ordinal)) return null;
        string[] parts = location["s3://".Length..].Split('/', 2);
        return (s3.Buckets[parts[0]], parts[1]);
    }

    private static string LocalPath(string location) => location.StartsWith("file://", StringComparison.Ordinal) ? location["file://".Length..] : location;
}
