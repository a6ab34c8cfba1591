using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

/// <summary>What a table is created or replaced with.</summary>
internal sealed record TableInput
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Owner { get; init; }

    public int? Retention { get; init; }

    public StorageDescriptor? StorageDescriptor { get; init; }

    public ImmutableArray<Column>? PartitionKeys { get; init; }

    public string? TableType { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}
