using System.Diagnostics;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>How often and how long a commit is tried again: the table's <c>commit.retry.*</c> properties, defaults as in Java.</summary>
/// <remarks>Waits double from the least to the most and are shortened by up to half at random, so that two writers do not keep meeting.</remarks>
internal sealed class CommitRetry(TableMetadata metadata)
{
    private readonly int _retries = TableProperties.Int(metadata.Properties, TableProperties.RetryCount, 4);
    private readonly double _mostWait = TableProperties.Long(metadata.Properties, TableProperties.RetryMaxWait, 60_000);
    private readonly double _total = TableProperties.Long(metadata.Properties, TableProperties.RetryTotal, 1_800_000);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private double _wait = TableProperties.Long(metadata.Properties, TableProperties.RetryMinWait, 100);

    public int Attempts { get; private set; } = 1;

    /// <summary>Waits before the next attempt; false when there is to be none.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancel)
    {
        if (Attempts > _retries || _watch.Elapsed.TotalMilliseconds >= _total) return false;
        double wait = Math.Min(_wait, _mostWait);
        await Task.Delay(TimeSpan.FromMilliseconds(wait * (0.5 + (Random.Shared.NextDouble() / 2))), cancel).ConfigureAwait(false);
        _wait *= 2;
        Attempts++;
        return true;
    }
}
