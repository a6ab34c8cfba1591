using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Brings whole objects to this machine, into the cache, in parallel pieces.</summary>
internal sealed class S3Downloads(S3Calls calls, S3Ranges ranges, FileCache cache, StagingFolder staging)
{
    /// <summary>Pieces of one file that are on their way at the same time.</summary>
    private const int Parallel = 8;

    /// <summary>How long a file that was found to be current is taken to be so. Files never change; this is for programs that break the rule.</summary>
    private static readonly TimeSpan s_trust = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (string Path, long CheckedAt)> _checked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _busy = new(StringComparer.Ordinal);

    /// <summary>Path of a copy that holds the object's content now.</summary>
    /// <param name="id">Of the object in the cache.</param>
    public async Task<string> GetAsync(S3Location at, string id, CancellationToken cancel)
    {
        if (Trusted(id) is { } known) return known;
        SemaphoreSlim turn = _busy.GetOrAdd(id, _ => new(1));
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // Whoever asked at the same time has brought it.
            if (Trusted(id) is { } brought) return brought;
            string path = await FetchAsync(at, id, cancel).ConfigureAwait(false);
            Trust(id, path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcebergException(
                IcebergErrorKind.StorageFailed,
                $"{at} cannot be kept in the cache {cache.Root}: {error.Message} Make room there, or name another folder in the environment variable DELTATOOLS_CACHE.",
                error);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Notes that a copy holds the object's content.</summary>
    public void Trust(string id, string path) => _checked[id] = (path, Environment.TickCount64);

    public void Forget(string id)
    {
        _checked.TryRemove(id, out _);
        cache.Remove(id);
    }

    private string? Trusted(string id) => _checked.TryGetValue(id, out (string Path, long CheckedAt) entry)
        && Environment.TickCount64 - entry.CheckedAt < s_trust.TotalMilliseconds && FileCache.Touch(entry.Path) ? entry.Path : null;

    private async Task<string> FetchAsync(S3Location at, string id, CancellationToken cancel)
    {
        int piece = calls.Settings.PartSize;
        CachedFile? copy = cache.Find(id);
        // Touched before the question, so that no other process drops it while the answer is on its way.
        if (copy is not null && !FileCache.Touch(copy.Path)) copy = null;
        S3Start? start = await ranges.StartAsync(at, piece, copy?.ETag, cancel).ConfigureAwait(false);
        if (start is null) return copy!.Path;
        string temporary = staging.NewFile();
        try
        {
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous, start.Size))
            {
                await RandomAccess.WriteAsync(file, start.Content, 0, cancel).ConfigureAwait(false);
                long pieces = (start.Size - start.Content.Length + piece - 1) / piece;
                var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
                await System.Threading.Tasks.Parallel.ForAsync(0, pieces, options, async (i, token) =>
                {
                    long from = start.Content.Length + i * piece;
                    byte[] content = new byte[Math.Min(piece, start.Size - from)];
                    await ranges.ReadAsync(at, start.ETag, from, content, token).ConfigureAwait(false);
                    await RandomAccess.WriteAsync(file, content, from, token).ConfigureAwait(false);
                }).ConfigureAwait(false);
            }
            return cache.Adopt(temporary, id, start.ETag, at.Key);
        }
        catch
        {
            LocalFiles.TryDelete(temporary);
            throw;
        }
    }
}
