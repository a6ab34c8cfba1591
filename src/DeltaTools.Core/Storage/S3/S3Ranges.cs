using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Reads pieces of objects, again and again until they are whole.</summary>
/// <remarks>The SDK repeats requests, but does not see a connection that breaks or stands still in the middle of the body.</remarks>
internal sealed class S3Ranges(S3Calls calls)
{
    private const string Action = "s3:GetObject";

    /// <summary>Reads the start of an object.</summary>
    /// <param name="length">Bytes wanted at most.</param>
    /// <param name="known">ETag of what the caller has already.</param>
    /// <returns>Null: the object is still the known one.</returns>
    /// <exception cref="IcebergException">Corrupt: there is no such object.</exception>
    public async Task<S3Start?> StartAsync(S3Location at, int length, string? known, CancellationToken cancel)
    {
        var request = new GetObjectRequest { ByteRange = new ByteRange(0, length - 1), EtagToNotMatch = known };
        (GetObjectResponse? Response, bool Empty) answer = await SendAsync(at, request, cancel).ConfigureAwait(false);
        if (answer.Empty)
        {
            // A range of an empty object is an error; the whole of it is not.
            answer = await SendAsync(at, new GetObjectRequest { EtagToNotMatch = known }, cancel).ConfigureAwait(false);
        }
        if (answer.Response is not { } response) return null;
        using (response)
        {
            long size = SizeOf(response);
            byte[] content = new byte[Math.Min(size, length)];
            int read = await FillAsync(response, content, cancel).ConfigureAwait(false);
            if (read < content.Length) await ReadAsync(at, response.ETag, read, content.AsMemory(read), cancel).ConfigureAwait(false);
            return new(response.ETag, size, content);
        }
    }

    /// <summary>Fills the buffer with the bytes of the object from <paramref name="start"/> on.</summary>
    /// <param name="etag">The object must still be this one.</param>
    /// <exception cref="IcebergException">StorageFailed: the object was replaced or is shorter.</exception>
    public async Task ReadAsync(S3Location at, string etag, long start, Memory<byte> into, CancellationToken cancel)
    {
        int done = 0;
        for (int attempt = 1; done < into.Length; attempt++)
        {
            var request = new GetObjectRequest { ByteRange = new ByteRange(start + done, start + into.Length - 1), EtagToMatch = etag };
            (GetObjectResponse? response, bool empty) = await SendAsync(at, request, cancel).ConfigureAwait(false);
            if (response is null || empty) throw Replaced(at);
            using (response)
            {
                int read = await FillAsync(response, into[done..], cancel).ConfigureAwait(false);
                done += read;
                if (read > 0) attempt = 1;
            }
            if (done == into.Length) return;
            if (attempt >= calls.Settings.MaxAttempts) throw S3Errors.TimedOut(Action, at.ToString());
            await calls.WaitAsync(attempt, cancel).ConfigureAwait(false);
        }
    }

    private Task<(GetObjectResponse? Response, bool Empty)> SendAsync(S3Location at, GetObjectRequest request, CancellationToken cancel)
    {
        request.BucketName = at.Bucket;
        request.Key = at.Key;
        request.RequestPayer = calls.Payer;
        return calls.RunAsync<(GetObjectResponse?, bool)>(
            Action,
            at.ToString(),
            async (s3, token) =>
            {
                try
                {
                    return (await s3.GetObjectAsync(request, token).ConfigureAwait(false), false);
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotModified)
                {
                    return (null, false);
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return (null, true);
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    throw Replaced(at);
                }
            },
            cancel);
    }

    /// <summary>Reads until the buffer is full or the connection breaks.</summary>
    /// <returns>How many bytes were read.</returns>
    private async Task<int> FillAsync(GetObjectResponse response, Memory<byte> into, CancellationToken cancel)
    {
        int done = 0;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (done < into.Length)
            {
                patience.CancelAfter(calls.Settings.RequestTimeout);
                int read = await response.ResponseStream.ReadAsync(into[done..], patience.Token).ConfigureAwait(false);
                if (read == 0) break;
                done += read;
            }
        }
        catch (Exception error) when (S3Errors.IsConnection(error))
        {
            cancel.ThrowIfCancellationRequested();
        }
        return done;
    }

    private static long SizeOf(GetObjectResponse response)
    {
        // bytes 0-99/1234; without a range the whole object was answered.
        string? range = response.ContentRange;
        int slash = range?.LastIndexOf('/') ?? -1;
        return slash < 0 ? response.ContentLength : long.Parse(range.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static IcebergException Replaced(S3Location at) => new(
        IcebergErrorKind.StorageFailed, $"{at} was replaced by another program while it was read. Files of a table must never change.");
}

/// <summary>What a first look at an object gives.</summary>
/// <param name="Size">Of the whole object, in bytes.</param>
/// <param name="Content">Its first bytes.</param>
internal sealed record S3Start(string ETag, long Size, byte[] Content);
