namespace DeltaTools.TestServers.Faults;

/// <summary>The faults that are still to come. A request meets the first that fits it.</summary>
public sealed class FaultPlan
{
    private readonly List<Pending> _pending = [];
    private int _met;

    /// <summary>How many requests have met a fault so far.</summary>
    public int Met => Volatile.Read(ref _met);

    public void Add(Fault fault)
    {
        lock (_pending) _pending.Add(new(fault));
    }

    public void Add(FaultKind kind, string? operation = null, int times = 1) => Add(new Fault(kind, operation) { Times = times });

    public void Clear()
    {
        lock (_pending) _pending.Clear();
    }

    /// <param name="bodyIsRead">False finds the faults in the middle of a request, true all others.</param>
    internal Fault? Take(string operation, string resource, bool bodyIsRead)
    {
        lock (_pending)
        {
            foreach (Pending pending in _pending)
            {
                Fault fault = pending.Fault;
                if ((fault.Kind == FaultKind.ResetInRequest) == bodyIsRead) continue;
                if (fault.Operation is not null && fault.Operation != operation) continue;
                if (fault.Resource is not null && !resource.Contains(fault.Resource, StringComparison.Ordinal)) continue;
                if (pending.Seen++ < fault.After) continue;
                if (pending.Seen == fault.After + fault.Times) _pending.Remove(pending);
                Interlocked.Increment(ref _met);
                return fault;
            }
            return null;
        }
    }

    private sealed class Pending(Fault fault)
    {
        public Fault Fault { get; } = fault;

        public int Seen { get; set; }
    }
}
