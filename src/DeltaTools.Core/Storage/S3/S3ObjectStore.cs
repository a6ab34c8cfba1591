using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Files in S3 and in stores that speak its language: <c>s3://bucket/key</c>, also spelled <c>s3a://</c> and <c>s3n://</c>.</summary>
/// <remarks>
/// Data files are read from copies in a cache on this machine and written by way of it. Nothing is overwritten: a file is created under
/// the condition that its name is free. A store that does not know the condition is trusted with names that no other writer uses.
/// </remarks>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private readonly S3Calls _calls;
    private readonly S3Ranges _ranges;
    private readonly S3Uploads _uploads;
    private readonly S3Downloads _downloads;
    private readonly S3Deletes _deletes;
    private readonly FileCache _cache;
    private readonly StagingFolder _staging;
    private volatile bool _withoutConditions;

    public S3ObjectStore(S3Settings settings)
    {
        _calls = new(settings);
        _ranges = new(_calls);
        _uploads = new(_calls);
        _deletes = new(_calls);
        string root = settings.CacheFolder ?? FileCache.DefaultRoot;
        _cache = new(root, settings.CacheSize, settings.CacheInUse);
        _staging = new(root);
        _downloads = new(_calls, _ranges, _cache, _staging);
    }

    public string Resolve(string location) => S3Location.Resolve(location);

    public async Task<Stream> OpenReadAsync(string location, CancellationToken cancel)
    {
        S3Location at = File(location);
        S3Start? start = await _ranges.StartAsync(at, S3ReadStream.FirstPiece, known: null, cancel).ConfigureAwait(false);
        return new S3ReadStream(_ranges, at, start!);
    }

    public async Task WriteAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        S3Location at = File(location);
        string? etag = await CreateAsync(
            at, conditional => _uploads.TryPutAsync(at, () => StreamOf(content), conditional, cancel), cancel).ConfigureAwait(false);
        if (etag is null) throw Exists(at);
    }

    public Task<string> ReadPathAsync(string location, CancellationToken cancel)
    {
        S3Location at = File(location);
        return _downloads.GetAsync(at, IdOf(at), cancel);
    }

    public string WritePath(string location)
    {
        S3Location at = File(location);
        try
        {
            return _staging.FileOf(IdOf(at), Path.GetExtension(at.Key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcebergException(IcebergErrorKind.StorageFailed, $"Cannot write to the folder {_cache.Root}: {error.Message}", error);
        }
    }

    public async Task PublishAsync(string location, CancellationToken cancel)
    {
        S3Location at = File(location);
        string path = WritePath(location);
        if (!System.IO.File.Exists(path))
        {
            throw new IcebergException(IcebergErrorKind.StorageFailed, $"{at} was to be published, but was not written.");
        }
        string etag = await CreateAsync(at, conditional => _uploads.TryUploadAsync(at, path, conditional, cancel), cancel).ConfigureAwait(false)
            ?? throw Exists(at);
        try
        {
            // What was just written is read before long.
            _downloads.Trust(IdOf(at), _cache.Adopt(path, IdOf(at), etag, at.Key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LocalFiles.TryDelete(path);
        }
    }

    public Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel)
    {
        S3Location at = File(location);
        return _calls.RunAsync<ObjectInfo?>(
            "s3:GetObject",
            at.ToString(),
            async (s3, token) =>
            {
                try
                {
                    return await _calls.HeadAsync(s3, at, token).ConfigureAwait(false) is { } found
                        ? new(at.ToString(), found.ContentLength, Time(found.LastModified)) : null;
                }
                catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
                {
                    // Answers to HEAD do not say why. The same as GET does.
                    S3Start? start = await _ranges.StartAsync(at, 1, known: null, token).ConfigureAwait(false);
                    return new(at.ToString(), start!.Size, null);
                }
            },
            cancel);
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        S3Location at = S3Location.Parse(prefix);
        ListObjectsV2Response? page = null;
        do
        {
            page = await ListPageAsync(at, null, null, page?.NextContinuationToken, cancel).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                // Consoles make empty objects to show folders.
                if (found.Size is null or 0 && found.Key.EndsWith('/')) continue;
                yield return new(new S3Location(at.Bucket, found.Key).ToString(), found.Size ?? 0, Time(found.LastModified));
            }
        }
        while (page.IsTruncated == true);
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel)
    {
        S3Location[] files = [.. locations.Select(File)];
        foreach (S3Location file in files) _downloads.Forget(IdOf(file));
        await _deletes.DeleteAsync(files, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _staging.Dispose();
    }

    /// <summary>Creates the file if its name is free; never falls back to an unconditional write.</summary>
    /// <returns>False: the name is taken.</returns>
    /// <exception cref="IcebergException">Unsupported: the store knows no conditions.</exception>
    internal async Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        await _uploads.TryPutAsync(File(location), () => StreamOf(content), conditional: true, cancel).ConfigureAwait(false) is not null;

    /// <summary>A folder of this machine for locks of writers to a warehouse.</summary>
    internal string TurnFolder(string warehouse)
    {
        string folder = Path.Combine(_cache.Root, "turns", FileCache.IdOf($"{_calls.Settings.Login.EndpointUrl}|{warehouse}"));
        FileCache.CreatePrivate(folder);
        return folder;
    }

    /// <summary>The first file below the prefix by the order of names, in one request whatever their number.</summary>
    internal async Task<ObjectInfo?> FirstAsync(string prefix, CancellationToken cancel)
    {
        S3Location at = S3Location.Parse(prefix);
        ListObjectsV2Response page = await ListPageAsync(at, null, 1, null, cancel).ConfigureAwait(false);
        return page.S3Objects is [S3Object first, ..]
            ? new(new S3Location(at.Bucket, first.Key).ToString(), first.Size ?? 0, Time(first.LastModified)) : null;
    }

    /// <summary>Names of the folders directly in a folder.</summary>
    /// <param name="folder">With a slash at its end.</param>
    internal async IAsyncEnumerable<string> FoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancel)
    {
        S3Location at = S3Location.Parse(folder);
        ListObjectsV2Response? page = null;
        do
        {
            page = await ListPageAsync(at, "/", null, page?.NextContinuationToken, cancel).ConfigureAwait(false);
            foreach (string found in page.CommonPrefixes ?? []) yield return found[at.Key.Length..].TrimEnd('/');
        }
        while (page.IsTruncated == true);
    }

    private Task<ListObjectsV2Response> ListPageAsync(S3Location at, string? delimiter, int? most, string? token, CancellationToken cancel)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = at.Bucket,
            Prefix = at.Key,
            Delimiter = delimiter,
            MaxKeys = most,
            ContinuationToken = token,
            RequestPayer = _calls.Payer,
        };
        return _calls.RunAsync("s3:ListBucket", at.ToString(), (s3, t) => s3.ListObjectsV2Async(request, t), cancel);
    }

    /// <summary>Creates under the condition that the name is free; where the store knows no conditions, after a look.</summary>
    private async Task<string?> CreateAsync(S3Location at, Func<bool, Task<string?>> create, CancellationToken cancel)
    {
        if (!_withoutConditions)
        {
            try
            {
                return await create(true).ConfigureAwait(false);
            }
            catch (IcebergException error) when (error.Kind == IcebergErrorKind.Unsupported)
            {
                _withoutConditions = true;
            }
        }
        return await FindAsync(at.ToString(), cancel).ConfigureAwait(false) is null ? await create(false).ConfigureAwait(false) : null;
    }

    private string IdOf(S3Location at) => FileCache.IdOf($"{_calls.Settings.Login.EndpointUrl}|{at}");

    private static S3Location File(string location)
    {
        S3Location at = S3Location.Parse(location);
        return at.Key.Length > 0 ? at : throw IcebergException.Invalid($"'{location}' names a bucket, not a file in it.");
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);

    private static DateTimeOffset? Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;

    private static IcebergException Exists(S3Location at) =>
        new(IcebergErrorKind.StorageFailed, $"{at} exists already; files are never overwritten.");
}
