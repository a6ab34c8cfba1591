using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The partition values of a file, in the order of its spec's fields, in physical form. Compares by value.</summary>
public sealed record PartitionTuple(ImmutableArray<object?> Values)
{
    public static readonly PartitionTuple Empty = new([]);

    public object? this[int index] => Values[index];

    public static PartitionTuple Of(params ReadOnlySpan<object?> values) => new([.. values]);

    public bool Equals(PartitionTuple? other) =>
        other is not null && Values.Length == other.Values.Length && Values.Zip(other.Values).All(p => ValueComparer.Same(p.First, p.Second));

    public override int GetHashCode() =>
        Values.Aggregate(17, (hash, value) => HashCode.Combine(hash, value is null ? 0 : ValueComparer.Instance.GetHashCode(value)));

    public override string ToString() => $"({string.Join(", ", Values.Select(v => v ?? "null"))})";
}
