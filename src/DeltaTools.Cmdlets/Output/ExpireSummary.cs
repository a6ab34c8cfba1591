using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Maintenance;

namespace DeltaTools;

/// <summary>What an expiry did.</summary>
public sealed class ExpireSummary : ExpireOutput
{
    internal ExpireSummary(TableArgument table, SnapshotExpiryResult result, AthenaStatistics? athena = null) : base(table, result.Plan, athena) => Duration = result.Duration;

    public TimeSpan Duration { get; }
}
