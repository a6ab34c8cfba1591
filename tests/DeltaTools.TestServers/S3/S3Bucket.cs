using System.Collections.Immutable;
using System.Text;

namespace DeltaTools.TestServers.S3;

/// <summary>The objects and unfinished uploads of one bucket. Safe to use while requests come in.</summary>
public sealed class S3Bucket
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, S3Object> _objects = new(ByUtf8.Instance);
    private readonly Dictionary<string, S3Upload> _uploads = [];

    /// <summary>All keys, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_lock) return [.. _objects.Keys];
        }
    }

    /// <summary>Multipart uploads that were neither completed nor aborted.</summary>
    public IReadOnlyList<S3Upload> Uploads
    {
        get
        {
            lock (_lock) return [.. _uploads.Values.OrderBy(u => u.Key, StringComparer.Ordinal)];
        }
    }

    public S3Object? Find(string key)
    {
        lock (_lock) return _objects.GetValueOrDefault(key);
    }

    /// <summary>Writes, when the condition allows it.</summary>
    /// <param name="condition">Gets what is there; throws to refuse.</param>
    public void Put(string key, S3Object content, Action<S3Object?> condition)
    {
        lock (_lock)
        {
            condition(_objects.GetValueOrDefault(key));
            _objects[key] = content;
        }
    }

    public void Put(string key, string text) => Put(key, S3Object.Of(Encoding.UTF8.GetBytes(text), ImmutableSortedDictionary<string, string>.Empty), _ => { });

    public void Delete(string key)
    {
        lock (_lock) _objects.Remove(key);
    }

    /// <summary>Objects after a key, in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, S3Object>> After(string key, string prefix)
    {
        lock (_lock)
        {
            return [.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && ByUtf8.Instance.Compare(o.Key, key) > 0)];
        }
    }

    internal S3Upload Begin(string key, S3Upload upload)
    {
        lock (_lock) return _uploads[upload.Id] = upload;
    }

    /// <exception cref="ServiceErrorException">NoSuchUpload.</exception>
    internal S3Upload Upload(string key, string id)
    {
        lock (_lock)
        {
            return _uploads.TryGetValue(id, out S3Upload? upload) && upload.Key == key ? upload : throw new ServiceErrorException(
                404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.");
        }
    }

    internal void End(S3Upload upload)
    {
        lock (_lock) _uploads.Remove(upload.Id);
    }

    private sealed class ByUtf8 : IComparer<string>
    {
        public static readonly ByUtf8 Instance = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
