namespace DeltaTools.Core.Scan;

/// <summary>Reads manifests in parallel, a bounded number at a time.</summary>
internal static class ParallelManifests
{
    /// <returns>What was read of each, in the order of the manifests.</returns>
    public static async Task<TResult[]> ReadAsync<TManifest, TResult>(
        IReadOnlyList<TManifest> manifests, int parallelism, Func<TManifest, CancellationToken, Task<TResult>> read, CancellationToken cancel)
    {
        var results = new TResult[manifests.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, parallelism), CancellationToken = cancel };
        await Parallel.ForAsync(0, manifests.Count, options, async (i, token) => results[i] = await read(manifests[i], token).ConfigureAwait(false))
            .ConfigureAwait(false);
        return results;
    }
}
