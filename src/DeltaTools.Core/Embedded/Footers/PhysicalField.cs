using System.Collections.Immutable;

namespace DeltaTools.Core.Embedded.Footers;

internal enum PhysicalKind { Primitive, Struct, List, Map, Variant }

/// <summary>A column of a Parquet file or a part of one, shaped as the engine reads it.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="EngineName">As the engine calls it: siblings whose names differ only in case get a number.</param>
/// <param name="Id">Field id, or null.</param>
/// <param name="EngineType">Type of a primitive column in the engine.</param>
/// <param name="Children">Fields of a struct; the element of a list; key and value of a map; the parts of a variant.</param>
internal sealed record PhysicalField(
    string Name, string EngineName, int? Id, PhysicalKind Kind, string EngineType, ImmutableArray<PhysicalField> Children)
{
    /// <summary>A timestamp in UTC with nanoseconds, of which the engine keeps only microseconds.</summary>
    public bool IsUtcNanos { get; init; }

    public PhysicalField Element => Children[0];

    public PhysicalField? Child(int id) => Children.FirstOrDefault(c => c.Id == id);

    public bool AnyId => Id is not null || Children.Any(c => c.AnyId);

    public bool AnyUtcNanos => IsUtcNanos || Children.Any(c => c.AnyUtcNanos);
}
