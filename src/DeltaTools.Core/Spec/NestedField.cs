using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A field of a struct, the element of a list, the key or value of a map.</summary>
/// <param name="Id">Unique in the table, never reused.</param>
/// <param name="Required">Whether NULL is forbidden.</param>
/// <param name="Doc">Comment for people.</param>
/// <param name="InitialDefault">Value of rows written before the field existed (v3), in the physical form of <see cref="IcebergType"/>;
/// for a struct, an empty array stands for "a struct of its fields' defaults".</param>
/// <param name="WriteDefault">Value that writers use when none is supplied (v3).</param>
public sealed record NestedField(
    int Id,
    string Name,
    IcebergType Type,
    bool Required = false,
    string? Doc = null,
    object? InitialDefault = null,
    object? WriteDefault = null)
{
    /// <summary>Fields above this id are metadata columns and not the user's.</summary>
    public const int MaxUserId = int.MaxValue - 200;

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    public bool Equals(NestedField? other) =>
        other is not null && Id == other.Id && Name == other.Name && Type.Equals(other.Type) && Required == other.Required
        && Doc == other.Doc && ValueComparer.Same(InitialDefault, other.InitialDefault)
        && ValueComparer.Same(WriteDefault, other.WriteDefault);

    public override int GetHashCode() => HashCode.Combine(Id, Name, Type, Required);
}
