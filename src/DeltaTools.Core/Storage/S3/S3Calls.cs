using System.Collections.Concurrent;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Calls S3 and turns its errors into ours.</summary>
internal sealed class S3Calls : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, bool> _secrets = new(StringComparer.Ordinal);

    private S3Client? _client;
    private bool _disposed;

    public S3Calls(S3Settings settings)
    {
        Settings = Watched(settings);
        Errors = new(() => _secrets.Keys);
    }

    public S3Settings Settings { get; }

    public S3Errors Errors { get; }

    /// <param name="action">As IAM names it: <c>s3:GetObject</c>.</param>
    /// <param name="location">What it is about, for messages.</param>
    /// <exception cref="IcebergException">Whatever went wrong, but for the caller's own cancellation.</exception>
    public async Task<T> RunAsync<T>(string action, string location, Func<IAmazonS3, CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return await call(Client(), cancel).ConfigureAwait(false);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception error) when (error is not (IcebergException or ObjectDisposedException))
        {
            throw Errors.Of(error, action, location);
        }
    }

    /// <summary>Who pays for requests to buckets of the kind «requester pays».</summary>
    public RequestPayer? Payer => Settings.RequesterPays ? RequestPayer.Requester : null;

    /// <summary>What a HEAD request tells of an object, within a call; null when there is none.</summary>
    public async Task<GetObjectMetadataResponse?> HeadAsync(IAmazonS3 s3, S3Location at, CancellationToken cancel)
    {
        try
        {
            return await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = at.Bucket, Key = at.Key, RequestPayer = Payer }, cancel).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Waits before attempt number <paramref name="attempt"/> (from 1), at random up to twice as long each time.</summary>
    public Task WaitAsync(int attempt, CancellationToken cancel)
    {
        double most = Math.Min(Settings.LongestWait.TotalMilliseconds, 1000 * Math.Pow(2, attempt - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most), cancel);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _client?.Dispose();
        }
    }

    /// <summary>Credentials are looked for when they are needed, and again when none were found.</summary>
    private S3Client Client()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(S3ObjectStore));
            return _client ??= S3ClientFactory.Create(Settings);
        }
    }

    /// <summary>The settings, with an eye on the secrets that go through them.</summary>
    private S3Settings Watched(S3Settings settings)
    {
        Hide(settings.Login.SecretKey);
        Hide(settings.Login.SessionToken);
        if (settings.KeySource is not { } source) return settings;
        return settings with
        {
            KeySource = async cancel =>
            {
                S3Keys keys = await source(cancel).ConfigureAwait(false);
                Hide(keys.SecretKey);
                Hide(keys.SessionToken);
                return keys;
            },
        };
    }

    private void Hide(string? secret)
    {
        if (!string.IsNullOrEmpty(secret)) _secrets[secret] = true;
    }
}
