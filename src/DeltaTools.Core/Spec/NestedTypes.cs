using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>Named fields in order.</summary>
public sealed record StructType(ImmutableArray<NestedField> Fields) : IcebergType(TypeId.Struct)
{
    public override ImmutableArray<NestedField> Children => Fields;

    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => Fields.Aggregate(17, HashCode.Combine);

    public override string ToString() => $"struct<{string.Join(", ", Fields.Select(f => $"{f.Name}: {f.Type}"))}>";
}

public sealed record ListType(NestedField Element) : IcebergType(TypeId.List)
{
    public override ImmutableArray<NestedField> Children => [Element];

    public override string ToString() => $"list<{Element.Type}>";

    public static ListType Of(int elementId, IcebergType element, bool required = false) =>
        new(new NestedField(elementId, "element", element, required));
}

public sealed record MapType(NestedField Key, NestedField Value) : IcebergType(TypeId.Map)
{
    public override ImmutableArray<NestedField> Children => [Key, Value];

    public override string ToString() => $"map<{Key.Type}, {Value.Type}>";

    public static MapType Of(int keyId, IcebergType key, int valueId, IcebergType value, bool valueRequired = false) =>
        new(new NestedField(keyId, "key", key, Required: true), new NestedField(valueId, "value", value, valueRequired));
}
