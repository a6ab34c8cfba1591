using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

/// <summary>A table as Glue holds it.</summary>
internal sealed record Table
{
    public string Name { get; init; } = "";

    public string? DatabaseName { get; init; }

    public string? Description { get; init; }

    public string? Owner { get; init; }

    public int? Retention { get; init; }

    public StorageDescriptor? StorageDescriptor { get; init; }

    public ImmutableArray<Column>? PartitionKeys { get; init; }

    public string? TableType { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }

    /// <summary>Changes with every update.</summary>
    public string? VersionId { get; init; }
}
