using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>Counts and bounds of a file's columns by field id ("Field-level Metrics and Statistics").</summary>
/// <remarks>Bounds are kept in their binary single-value form (Appendix D).</remarks>
public sealed record ColumnMetrics
{
    public static readonly ColumnMetrics None = new();

    public ImmutableSortedDictionary<int, long> ColumnSizes { get; init; } = ImmutableSortedDictionary<int, long>.Empty;

    public ImmutableSortedDictionary<int, long> ValueCounts { get; init; } = ImmutableSortedDictionary<int, long>.Empty;

    public ImmutableSortedDictionary<int, long> NullValueCounts { get; init; } = ImmutableSortedDictionary<int, long>.Empty;

    public ImmutableSortedDictionary<int, long> NanValueCounts { get; init; } = ImmutableSortedDictionary<int, long>.Empty;

    public ImmutableSortedDictionary<int, byte[]> LowerBounds { get; init; } = ImmutableSortedDictionary<int, byte[]>.Empty;

    public ImmutableSortedDictionary<int, byte[]> UpperBounds { get; init; } = ImmutableSortedDictionary<int, byte[]>.Empty;
}
