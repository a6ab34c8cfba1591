using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Maintenance;

namespace DeltaTools;

/// <summary>What an expiry will do.</summary>
public sealed class ExpirePlan : ExpireOutput
{
    internal ExpirePlan(TableArgument table, SnapshotExpiryPlan plan) : base(table, plan)
    {
    }
}
