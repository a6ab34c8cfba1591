using Amazon.S3;
using Amazon.S3.Model;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Deletes objects, a thousand with one request.</summary>
internal sealed class S3Deletes(S3Calls calls)
{
    private const string Action = "s3:DeleteObject";
    private const int BatchSize = 1000;
    private const int Parallel = 4;
    private const int MostNamed = 5;

    /// <exception cref="IcebergException">Some could not be deleted: all others were, and the message names the first of them.</exception>
    public async Task DeleteAsync(IReadOnlyCollection<S3Location> files, CancellationToken cancel)
    {
        List<DeleteError> failed = [];
        (string Bucket, S3Location[] Files)[] batches =
            [.. files.Distinct().GroupBy(f => f.Bucket).SelectMany(g => g.Chunk(BatchSize).Select(c => (g.Key, c)))];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        await System.Threading.Tasks.Parallel.ForEachAsync(batches, options, async (batch, token) =>
        {
            IReadOnlyList<DeleteError> errors = await DeleteBatchAsync(batch.Bucket, [.. batch.Files.Select(f => f.Key)], token).ConfigureAwait(false);
            foreach (DeleteError error in errors) error.Key = new S3Location(batch.Bucket, error.Key).ToString();
            lock (failed) failed.AddRange(errors);
        }).ConfigureAwait(false);
        if (failed.Count > 0) throw Failed(failed);
    }

    /// <summary>Deletes, and tries again what failed for reasons that pass.</summary>
    /// <returns>What failed for good.</returns>
    private async Task<IReadOnlyList<DeleteError>> DeleteBatchAsync(string bucket, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        List<DeleteError> lasting = [];
        for (int attempt = 1; ; attempt++)
        {
            List<DeleteError> errors = await SendAsync(bucket, keys, cancel).ConfigureAwait(false);
            if (attempt >= calls.Settings.MaxAttempts || !errors.Exists(Passes)) return [.. lasting, .. errors];
            lasting.AddRange(errors.Where(e => !Passes(e)));
            keys = [.. errors.Where(Passes).Select(e => e.Key)];
            await calls.WaitAsync(attempt, cancel).ConfigureAwait(false);
        }
    }

    private Task<List<DeleteError>> SendAsync(string bucket, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var request = new DeleteObjectsRequest
        {
            BucketName = bucket,
            Quiet = true,
            Objects = [.. keys.Select(k => new KeyVersion { Key = k })],
            RequestPayer = calls.Payer,
        };
        return calls.RunAsync(
            Action,
            $"s3://{bucket}/{keys[0]}" + (keys.Count > 1 ? $" and {keys.Count - 1} more" : ""),
            async (s3, token) =>
            {
                try
                {
                    await s3.DeleteObjectsAsync(request, token).ConfigureAwait(false);
                    return [];
                }
                catch (DeleteObjectsException e)
                {
                    return e.Response.DeleteErrors;
                }
            },
            cancel);
    }

    private static bool Passes(DeleteError error) => error.Code is "InternalError" or "SlowDown" or "ServiceUnavailable";

    private static IcebergException Failed(List<DeleteError> failed)
    {
        DeleteError first = failed[0];
        string more = failed.Count > MostNamed ? $" and {failed.Count - MostNamed} more" : "";
        string names = string.Join(", ", failed.Take(MostNamed).Select(e => e.Key)) + more;
        var context = new Dictionary<string, string> { ["action"] = Action, ["path"] = first.Key, ["code"] = first.Code ?? "" };
        return first.Code == "AccessDenied"
            ? new(IcebergErrorKind.AccessDenied, $"Access denied: {Action} on {names}. The credentials need this action on it.") { Context = context }
            : new(IcebergErrorKind.StorageFailed, $"S3 could not delete {names} ({first.Code}: {first.Message}).") { Context = context };
    }
}
