using System.Collections.Frozen;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Scan;

/// <summary>What a scan is planned for. The default is every row.</summary>
public sealed record ScanOptions
{
    public static readonly ScanOptions All = new();

    /// <summary>Rows that are wanted; bound to the scan's schema or not. Files that cannot hold one are left out of the plan.</summary>
    public Predicate Filter { get; init; } = Predicate.True;

    /// <summary>Columns whose metrics the plan's data files must carry, beside those that planning itself needs.</summary>
    public FrozenSet<int> MetricFields { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Manifests that are read at a time.</summary>
    public int Parallelism { get; init; } = DefaultParallelism;

    /// <summary>Enough to decode on every processor and to hide the delays of remote storage; few enough for memory.</summary>
    public static int DefaultParallelism { get; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);
}
