namespace DeltaTools.Core.Spec;

/// <summary>Counts and bounds of a file's columns by field id ("Field-level Metrics and Statistics").</summary>
/// <remarks>Bounds are kept in their binary single-value form (Appendix D).</remarks>
public sealed record ColumnMetrics
{
    public static readonly ColumnMetrics None = new();

    public FieldMap<long> ColumnSizes { get; init; } = FieldMap<long>.Empty;

    public FieldMap<long> ValueCounts { get; init; } = FieldMap<long>.Empty;

    public FieldMap<long> NullValueCounts { get; init; } = FieldMap<long>.Empty;

    public FieldMap<long> NanValueCounts { get; init; } = FieldMap<long>.Empty;

    public FieldMap<byte[]> LowerBounds { get; init; } = FieldMap<byte[]>.Empty;

    public FieldMap<byte[]> UpperBounds { get; init; } = FieldMap<byte[]>.Empty;
}
