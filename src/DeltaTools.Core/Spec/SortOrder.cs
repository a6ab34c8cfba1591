using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>How rows are sorted within a data file ("Sorting"). Order 0 is unsorted.</summary>
public sealed record SortOrder(int OrderId, ImmutableArray<SortField> Fields)
{
    public static readonly SortOrder Unsorted = new(0, []);

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    public bool IsUnsorted => Fields.IsEmpty;

    public bool SameAs(SortOrder other) => Fields.SequenceEqual(other.Fields);

    public bool Equals(SortOrder? other) => other is not null && OrderId == other.OrderId && SameAs(other);

    public override int GetHashCode() => HashCode.Combine(OrderId, Fields.Length);
}

/// <param name="SourceIds">Column that is sorted by; several for a multi-argument transform (v3).</param>
public sealed record SortField(ImmutableArray<int> SourceIds, Transform Transform, SortDirection Direction, NullOrder NullOrder)
{
    public int SourceId => SourceIds[0];

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    public bool Equals(SortField? other) =>
        other is not null && Transform == other.Transform && Direction == other.Direction && NullOrder == other.NullOrder
        && SourceIds.SequenceEqual(other.SourceIds);

    public override int GetHashCode() => HashCode.Combine(SourceIds[0], Transform, Direction, NullOrder);
}

public enum SortDirection { Ascending, Descending }

public enum NullOrder { NullsFirst, NullsLast }
