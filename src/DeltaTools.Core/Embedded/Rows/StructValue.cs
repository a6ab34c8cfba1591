using System.Collections.Immutable;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>A struct's fields in order.</summary>
public sealed record StructValue(ImmutableArray<string> Names, ImmutableArray<object?> Values)
{
    public object? this[string name] => Names.IndexOf(name) is var i and >= 0 ? Values[i] : null;

    public bool Equals(StructValue? other) =>
        other is not null && Names.SequenceEqual(other.Names) && Values.Zip(other.Values).All(p => Spec.ValueComparer.Same(p.First, p.Second));

    public override int GetHashCode() => Names.Length;
}
