namespace DeltaTools.TestServers;

/// <summary>What a server was asked. Safe to use while requests come in.</summary>
public sealed class RequestLog
{
    private readonly List<RecordedRequest> _requests = [];

    public IReadOnlyList<RecordedRequest> All
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public int Count(string operation) => All.Count(r => r.Operation == operation);

    public void Clear()
    {
        lock (_requests) _requests.Clear();
    }

    internal void Add(RecordedRequest request)
    {
        lock (_requests) _requests.Add(request);
    }
}
