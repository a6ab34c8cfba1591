namespace DeltaTools.TestServers.Athena;

/// <summary>What goes wrong with queries that were started well.</summary>
public sealed class AthenaTroubles
{
    private readonly List<(string Part, AthenaFailure Failure, bool AfterSuccess)> _failures = [];

    /// <summary>How long queries wait in the queue.</summary>
    public TimeSpan QueueTime { get; set; }

    /// <summary>How long queries run at least.</summary>
    public TimeSpan RunTime { get; set; }

    /// <summary>Called once, between the writing and the commit of the next change: another writer.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    /// <summary>Called once, before the next MERGE looks at anything: another writer.</summary>
    public Func<Task>? BeforeMerge { get; set; }

    /// <summary>Leaves out of the answers how many rows a statement changed.</summary>
    public bool HidesUpdateCount { get; set; }

    /// <summary>How many more runs OPTIMIZE and VACUUM ask for.</summary>
    public int MoreRuns { get; set; }

    /// <summary>The next queries that contain a text fail.</summary>
    /// <param name="afterSuccess">The statement is carried out all the same.</param>
    public void Fail(string part, AthenaFailure failure, int times = 1, bool afterSuccess = false)
    {
        lock (_failures)
        {
            for (int i = 0; i < times; i++) _failures.Add((part, failure, afterSuccess));
        }
    }

    internal void Check(string sql, bool afterSuccess)
    {
        lock (_failures)
        {
            int index = _failures.FindIndex(f => f.AfterSuccess == afterSuccess && sql.Contains(f.Part, StringComparison.OrdinalIgnoreCase));
            if (index < 0) return;
            AthenaFailure failure = _failures[index].Failure;
            _failures.RemoveAt(index);
            throw failure;
        }
    }

    internal async Task InterfereAsync()
    {
        Func<Task>? work = BeforeCommit;
        BeforeCommit = null;
        if (work is not null) await work();
    }

    internal async Task OvertakeAsync()
    {
        Func<Task>? work = BeforeMerge;
        BeforeMerge = null;
        if (work is not null) await work();
    }

    /// <exception cref="AthenaFailure">There is more to do.</exception>
    internal void CheckMoreRuns(string operation)
    {
        if (MoreRuns <= 0) return;
        MoreRuns--;
        throw new AthenaFailure(
            $"ICEBERG_{operation}_MORE_RUNS_NEEDED: Removed 1000 files in this round of {operation.ToLowerInvariant()}, but there are more files remaining. "
            + $"Please run another {operation} command to process the remaining files", 2, 233);
    }
}
