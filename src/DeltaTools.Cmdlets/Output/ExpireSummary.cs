using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Maintenance;

namespace DeltaTools;

/// <summary>What an expiry did.</summary>
public sealed class ExpireSummary : ExpireOutput
{
    internal ExpireSummary(TableArgument table, SnapshotExpiryResult result) : base(table, result.Plan) => Duration = result.Duration;

    public TimeSpan Duration { get; }
}
