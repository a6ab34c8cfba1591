using System.Runtime.ExceptionServices;

namespace DeltaTools.Cmdlets;

/// <summary>Makes the pipeline thread the home of async code: it continues there after every await.</summary>
/// <remarks>
/// PowerShell allows WriteObject and its kin on the pipeline thread only, and script properties of input objects need its runspace.
/// So the thread that PowerShell lent to a cmdlet does the continuations one by one until the work is done.
/// </remarks>
internal sealed class PipelineContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _done;

    public bool IsHome => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Runs the work to its end and raises what it raised.</summary>
    /// <param name="work">Async work; its continuations run on the calling thread.</param>
    /// <param name="abandon">Called when posted code failed, so that the work ends soon.</param>
    public void Run(Func<Task> work, Action abandon)
    {
        SynchronizationContext? previous = Current;
        SetSynchronizationContext(this);
        try
        {
            Task task = work();
            task.ContinueWith(_ => Finish(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            ExceptionDispatchInfo? failure = Pump(abandon);
            failure?.Throw();
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_queue)
        {
            if (!_done)
            {
                _queue.Enqueue((d, state));
                Monitor.Pulse(_queue);
                return;
            }
        }
        // Something that nobody awaited is still running; it must not hang.
        ThreadPool.QueueUserWorkItem(d.Invoke, state, preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsHome)
        {
            d(state);
            return;
        }
        using ManualResetEventSlim ran = new();
        Post(_ => { try { d(state); } finally { ran.Set(); } }, null);
        ran.Wait();
    }

    private ExceptionDispatchInfo? Pump(Action abandon)
    {
        ExceptionDispatchInfo? failure = null;
        while (Next() is { } item)
        {
            try
            {
                item.Callback(item.State);
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                abandon();
            }
        }
        return failure;
    }

    private (SendOrPostCallback Callback, object? State)? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0)
            {
                if (_done) return null;
                Monitor.Wait(_queue);
            }
            return _queue.Dequeue();
        }
    }

    private void Finish()
    {
        lock (_queue)
        {
            _done = true;
            Monitor.PulseAll(_queue);
        }
    }
}
