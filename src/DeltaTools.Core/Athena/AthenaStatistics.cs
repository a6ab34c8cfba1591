namespace DeltaTools.Core.Athena;

/// <summary>What queries took.</summary>
/// <param name="QueryIds">Ids of the queries, as the Athena console lists them.</param>
/// <param name="BytesScanned">Bytes that were read, which is what is billed.</param>
/// <param name="EngineTime">Time the engine worked.</param>
/// <param name="QueueTime">Time spent waiting for the engine.</param>
/// <param name="EstimatedCost">In US dollars, by the list price; work groups with reserved capacity pay otherwise.</param>
/// <param name="Reused">Whether an earlier result was taken, which costs nothing.</param>
public sealed record AthenaStatistics(
    IReadOnlyList<string> QueryIds, long BytesScanned, TimeSpan EngineTime, TimeSpan QueueTime, decimal EstimatedCost, bool Reused)
{
    public static readonly AthenaStatistics None = new([], 0, TimeSpan.Zero, TimeSpan.Zero, 0, false);

    public AthenaStatistics Add(AthenaStatistics other) => new(
        [.. QueryIds, .. other.QueryIds], BytesScanned + other.BytesScanned, EngineTime + other.EngineTime, QueueTime + other.QueueTime,
        EstimatedCost + other.EstimatedCost, Reused || other.Reused);

    /// <summary>What came on top of an earlier state of the same sum.</summary>
    internal AthenaStatistics Since(AthenaStatistics earlier) => new(
        [.. QueryIds.Skip(earlier.QueryIds.Count)], BytesScanned - earlier.BytesScanned, EngineTime - earlier.EngineTime, QueueTime - earlier.QueueTime,
        EstimatedCost - earlier.EstimatedCost, Reused);
}

/// <summary>How far a query is.</summary>
/// <param name="State">QUEUED or RUNNING.</param>
public sealed record AthenaProgress(string QueryId, string State, long BytesScanned, TimeSpan Elapsed);
