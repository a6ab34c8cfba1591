using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>How the tuple of partition values is derived from a row ("Partitioning").</summary>
public sealed record PartitionSpec(int SpecId, ImmutableArray<PartitionField> Fields)
{
    /// <summary>Partition field ids start above this ("Partition Evolution").</summary>
    public const int FirstFieldId = 1000;

    public static readonly PartitionSpec Unpartitioned = new(0, []);

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    /// <summary>No field, or only void ones: every file has the same partition.</summary>
    public bool IsUnpartitioned => Fields.All(f => f.Transform is VoidTransform);

    public int HighestFieldId => Fields.Select(f => f.FieldId).DefaultIfEmpty(FirstFieldId - 1).Max();

    /// <summary>Same number of fields with the same sources, transforms and names, whatever their ids.</summary>
    public bool SameAs(PartitionSpec other) =>
        Fields.Length == other.Fields.Length
        && Fields.Zip(other.Fields).All(p => p.First with { FieldId = 0 } == p.Second with { FieldId = 0 });

    public bool Equals(PartitionSpec? other) =>
        other is not null && SpecId == other.SpecId && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(SpecId, Fields.Length);
}

/// <param name="SourceIds">Column the value comes from; several for a multi-argument transform (v3).</param>
/// <param name="FieldId">Id of the value in partition tuples; unique across specs from v2 on.</param>
public sealed record PartitionField(ImmutableArray<int> SourceIds, int FieldId, string Name, Transform Transform)
{
    public int SourceId => SourceIds[0];

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    public static PartitionField Of(int sourceId, int fieldId, string name, Transform transform) =>
        new([sourceId], fieldId, name, transform);

    public bool Equals(PartitionField? other) =>
        other is not null && FieldId == other.FieldId && Name == other.Name && Transform == other.Transform
        && SourceIds.SequenceEqual(other.SourceIds);

    public override int GetHashCode() => HashCode.Combine(FieldId, Name, Transform);
}
