using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Creates objects, each under a name that must be free.</summary>
/// <remarks>
/// <para>The condition is <c>If-None-Match: *</c>. Every write carries a mark of its own in the object's metadata: when the answer to a
/// first attempt was lost and the second is told that the object exists, the mark tells whether it is ours.</para>
/// <para>Files above one part go up in parts. An upload that does not end well is aborted, for S3 keeps, and bills, open ones for ever.</para>
/// </remarks>
internal sealed class S3Uploads(S3Calls calls)
{
    private const string Action = "s3:PutObject";
    private const string Mark = "deltatools-write";

    /// <summary>Parts of one file that are on their way at the same time.</summary>
    private const int Parallel = 4;
    private const int MostParts = 10_000;

    private S3Settings Settings => calls.Settings;

    /// <summary>Creates an object from memory or a small file.</summary>
    /// <param name="conditional">False leaves it to the caller that the name is free.</param>
    /// <returns>The ETag, or null when an object of that name exists, which was left as it is.</returns>
    /// <exception cref="IcebergException">Unsupported: the store knows no conditions.</exception>
    public async Task<string?> TryPutAsync(S3Location at, Func<Stream> open, bool conditional, CancellationToken cancel)
    {
        string mark = Guid.NewGuid().ToString("N");
        for (int attempt = 1; ; attempt++)
        {
            Stream content = open();
            await using (content.ConfigureAwait(false))
            {
                PutObjectRequest request = Put(at, content, mark);
                if (conditional) request.IfNoneMatch = "*";
                (PutOutcome outcome, string? etag) = await calls.RunAsync(Action, at.ToString(), (s3, token) => OutcomeAsync(async () =>
                    (await s3.PutObjectAsync(request, token).ConfigureAwait(false)).ETag), cancel).ConfigureAwait(false);
                switch (outcome)
                {
                    case PutOutcome.Created:
                        return etag;
                    case PutOutcome.Exists:
                        return await OurTagAsync(at, mark, cancel).ConfigureAwait(false);
                    case PutOutcome.Unsupported:
                        throw Unsupported(at);
                }
            }
            // Two conditional writes met; S3 has carried out neither or the other one, and asks to try again.
            if (attempt >= Settings.MaxAttempts) throw Busy(at);
            await calls.WaitAsync(attempt, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Creates an object from a file of any size.</summary>
    /// <inheritdoc cref="TryPutAsync"/>
    public async Task<string?> TryUploadAsync(S3Location at, string path, bool conditional, CancellationToken cancel)
    {
        long size = new FileInfo(path).Length;
        if (size <= Settings.PartSize)
        {
            return await TryPutAsync(at, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), conditional, cancel).ConfigureAwait(false);
        }
        string mark = Guid.NewGuid().ToString("N");
        S3Attempts attempts = S3Attempts.Start();
        string? id = null;
        try
        {
            id = await calls.RunAsync(
                Action, at.ToString(), async (s3, token) => (await s3.InitiateMultipartUploadAsync(Initiate(at, mark), token).ConfigureAwait(false)).UploadId,
                cancel).ConfigureAwait(false);
            // The first attempt may have opened an upload of which we do not know the name. (HttpClient may do so unseen; one without parts costs nothing.)
            if (attempts.Retries > 0) await AbortOthersAsync(at, id).ConfigureAwait(false);
            UploadPartResponse[] parts = await PartsAsync(at, id, path, size, cancel).ConfigureAwait(false);
            var request = new CompleteMultipartUploadRequest { BucketName = at.Bucket, Key = at.Key, UploadId = id, RequestPayer = calls.Payer };
            request.AddPartETagsAndChecksums(parts);
            if (conditional) request.IfNoneMatch = "*";
            (PutOutcome outcome, string? etag) = await calls.RunAsync(Action, at.ToString(), (s3, token) => OutcomeAsync(async () =>
                (await s3.CompleteMultipartUploadAsync(request, token).ConfigureAwait(false)).ETag), cancel).ConfigureAwait(false);
            if (outcome == PutOutcome.Created) return etag;
            // «No such upload» and «exists already» may both mean that the first attempt did it.
            if (outcome == PutOutcome.Unsupported) throw Unsupported(at);
            string? ours = await OurTagAsync(at, mark, cancel).ConfigureAwait(false);
            if (ours is null && outcome == PutOutcome.Gone)
            {
                throw new IcebergException(IcebergErrorKind.StorageFailed, $"The upload of {at} was aborted by somebody else.") { Retryable = true };
            }
            if (ours is null) await AbortAsync(at, id).ConfigureAwait(false);
            return ours;
        }
        catch
        {
            if (id is null) await AbortOthersAsync(at, null).ConfigureAwait(false);
            else await AbortAsync(at, id).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<UploadPartResponse[]> PartsAsync(S3Location at, string id, string path, long size, CancellationToken cancel)
    {
        long partSize = Math.Max(Settings.PartSize, (size + MostParts - 1) / MostParts);
        int count = (int)((size + partSize - 1) / partSize);
        var parts = new UploadPartResponse[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        await System.Threading.Tasks.Parallel.ForAsync(0, count, options, async (i, token) =>
        {
            var request = new UploadPartRequest
            {
                BucketName = at.Bucket,
                Key = at.Key,
                UploadId = id,
                PartNumber = i + 1,
                FilePath = path,
                FilePosition = i * partSize,
                PartSize = Math.Min(partSize, size - i * partSize),
                IsLastPart = i == count - 1,
                UseChunkEncoding = UseChunks,
                ChecksumAlgorithm = Checksum,
                RequestPayer = calls.Payer,
            };
            parts[i] = await calls.RunAsync(Action, at.ToString(), (s3, t) => s3.UploadPartAsync(request, t), token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return parts;
    }

    private PutObjectRequest Put(S3Location at, Stream content, string mark)
    {
        var request = new PutObjectRequest
        {
            BucketName = at.Bucket,
            Key = at.Key,
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = UseChunks,
            CannedACL = Settings.Acl is { } acl ? S3CannedACL.FindValue(acl) : null,
            RequestPayer = calls.Payer,
            ServerSideEncryptionMethod = Encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = KmsKey,
        };
        request.Metadata[Mark] = mark;
        return request;
    }

    private InitiateMultipartUploadRequest Initiate(S3Location at, string mark)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = at.Bucket,
            Key = at.Key,
            CannedACL = Settings.Acl is { } acl ? S3CannedACL.FindValue(acl) : null,
            ChecksumAlgorithm = Checksum,
            RequestPayer = calls.Payer,
            ServerSideEncryptionMethod = Encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = KmsKey,
        };
        request.Metadata[Mark] = mark;
        return request;
    }

    private ServerSideEncryptionMethod? Encryption => Settings.Encryption switch
    {
        S3Encryption.S3 => ServerSideEncryptionMethod.AES256,
        S3Encryption.Kms => ServerSideEncryptionMethod.AWSKMS,
        S3Encryption.DsseKms => ServerSideEncryptionMethod.AWSKMSDSSE,
        _ => null,
    };

    private string? KmsKey => Settings.Encryption is S3Encryption.Kms or S3Encryption.DsseKms ? Settings.KmsKey : null;

    /// <summary>Bodies in signed chunks are not known to all other stores; whole bodies are.</summary>
    private bool UseChunks => Settings.Checksums ?? !S3ClientFactory.IsOwnAddress(Settings, out _);

    private ChecksumAlgorithm? Checksum => UseChunks ? ChecksumAlgorithm.CRC32 : null;

    /// <summary>The ETag of the object when it bears our mark, else null.</summary>
    private Task<string?> OurTagAsync(S3Location at, string mark, CancellationToken cancel) => calls.RunAsync(
        "s3:GetObject",
        at.ToString(),
        async (s3, token) => await calls.HeadAsync(s3, at, token).ConfigureAwait(false) is { } found && found.Metadata[Mark] == mark ? found.ETag : null,
        cancel);

    private async Task AbortAsync(S3Location at, string id)
    {
        try
        {
            var request = new AbortMultipartUploadRequest { BucketName = at.Bucket, Key = at.Key, UploadId = id, RequestPayer = calls.Payer };
            await calls.RunAsync(
                "s3:AbortMultipartUpload", at.ToString(), (s3, token) => s3.AbortMultipartUploadAsync(request, token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // Completed or aborted already, or out of reach: a rule of the bucket's life cycle clears it. The first error is the one to report.
        }
    }

    /// <summary>Aborts uploads under the name, which is ours alone.</summary>
    private async Task AbortOthersAsync(S3Location at, string? kept)
    {
        try
        {
            var request = new ListMultipartUploadsRequest { BucketName = at.Bucket, Prefix = at.Key, RequestPayer = calls.Payer };
            ListMultipartUploadsResponse open = await calls.RunAsync(
                "s3:ListBucketMultipartUploads", at.ToString(), (s3, token) => s3.ListMultipartUploadsAsync(request, token), CancellationToken.None).ConfigureAwait(false);
            foreach (MultipartUpload upload in open.MultipartUploads ?? [])
            {
                if (upload.Key == at.Key && upload.UploadId != kept) await AbortAsync(at, upload.UploadId).ConfigureAwait(false);
            }
        }
        catch (IcebergException)
        {
            // As above.
        }
    }

    private enum PutOutcome { Created, Exists, Conflict, Gone, Unsupported }

    private static async Task<(PutOutcome Outcome, string? ETag)> OutcomeAsync(Func<Task<string>> write)
    {
        try
        {
            return (PutOutcome.Created, await write().ConfigureAwait(false));
        }
        catch (AmazonS3Exception e)
        {
            PutOutcome? outcome = (e.StatusCode, e.ErrorCode) switch
            {
                (HttpStatusCode.PreconditionFailed, _) => PutOutcome.Exists,
                (HttpStatusCode.Conflict, _) => PutOutcome.Conflict,
                (_, "NoSuchUpload") => PutOutcome.Gone,
                (HttpStatusCode.NotImplemented, _) or (_, "NotImplemented") => PutOutcome.Unsupported,
                _ => null,
            };
            if (outcome is null) throw;
            return (outcome.Value, null);
        }
    }

    private static IcebergException Unsupported(S3Location at) => IcebergException.Unsupported(
        $"The store of {at} does not support conditional writes (If-None-Match).");

    private static IcebergException Busy(S3Location at) => new(
        IcebergErrorKind.StorageFailed, $"Other writers were at {at} at the same time, again and again.")
    { Retryable = true };
}
