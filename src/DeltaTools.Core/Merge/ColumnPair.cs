using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>A source column that feeds a target column.</summary>
/// <param name="Updates">Whether updates compare and set it; keys never are.</param>
public sealed record ColumnPair(NestedField Source, NestedField Target, bool Updates = true);
