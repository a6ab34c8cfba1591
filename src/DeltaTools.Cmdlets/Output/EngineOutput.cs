using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Athena;

namespace DeltaTools;

/// <summary>What was done to a table, by Athena or without it.</summary>
public abstract class EngineOutput : TableOutput
{
    private readonly AthenaStatistics? _athena;

    private protected EngineOutput(TableArgument table, AthenaStatistics? athena) : base(table) => _athena = athena;

    /// <summary>Athena's queries; none when the embedded engine did the work.</summary>
    public string[] QueryId => [.. _athena?.QueryIds ?? []];

    /// <summary>Bytes that Athena's queries scanned, which is what is billed.</summary>
    public long? BytesScanned => _athena?.BytesScanned;

    /// <summary>Time that Athena's engine worked.</summary>
    public TimeSpan? EngineTime => _athena?.EngineTime;

    /// <summary>Time that Athena's queries waited.</summary>
    public TimeSpan? QueueTime => _athena?.QueueTime;

    /// <summary>What Athena's queries cost by the list price, in US dollars.</summary>
    public decimal? EstimatedCost => _athena?.EstimatedCost;
}
