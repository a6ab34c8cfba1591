using DeltaTools.Core.Athena;

namespace DeltaTools;

/// <summary>What a statement on Athena did that gives no rows.</summary>
public sealed class AthenaQuerySummary
{
    private readonly AthenaStatistics _statistics;

    internal AthenaQuerySummary(string queryId, long? rows, AthenaStatistics statistics)
    {
        QueryId = queryId;
        Rows = rows;
        _statistics = statistics;
    }

    public string QueryId { get; }

    /// <summary>Rows that it changed; null when it does not count.</summary>
    public long? Rows { get; }

    public long BytesScanned => _statistics.BytesScanned;

    public TimeSpan EngineTime => _statistics.EngineTime;

    public TimeSpan QueueTime => _statistics.QueueTime;

    /// <summary>By the list price, in US dollars.</summary>
    public decimal EstimatedCost => _statistics.EstimatedCost;

    public override string ToString() => QueryId;
}
