using System.Diagnostics;
using System.Management.Automation;

namespace DeltaTools.Cmdlets;

/// <summary>One activity of the progress stream: at most four updates a second, none at all for short work.</summary>
internal sealed class ProgressMeter(string activity, Action<ProgressRecord> write) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static int _lastId;

    private readonly int _id = Interlocked.Increment(ref _lastId);
    private readonly Lock _gate = new();
    private long _last = Stopwatch.GetTimestamp();
    private bool _shown;

    /// <param name="status">What is being done: <c>7 of 212 files</c>.</param>
    /// <param name="done">Part that is done, from 0 to 1; null when unknown.</param>
    public void Report(string status, double? done = null)
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_last) < Interval) return;
            _last = Stopwatch.GetTimestamp();
            _shown = true;
        }
        int percent = done is { } part ? (int)Math.Clamp(part * 100, 0, 100) : -1;
        write(new ProgressRecord(_id, activity, status) { PercentComplete = percent });
    }

    public void Dispose()
    {
        if (_shown) write(new ProgressRecord(_id, activity, "Done") { RecordType = ProgressRecordType.Completed });
    }
}
