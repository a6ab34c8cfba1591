using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

internal sealed record StorageDescriptor
{
    public ImmutableArray<Column>? Columns { get; init; }

    public string? Location { get; init; }

    public ImmutableArray<string>? AdditionalLocations { get; init; }

    public string? InputFormat { get; init; }

    public string? OutputFormat { get; init; }

    public bool? Compressed { get; init; }

    public int? NumberOfBuckets { get; init; }

    public SerDeInfo? SerdeInfo { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}

internal sealed record SerDeInfo
{
    public string? Name { get; init; }

    public string? SerializationLibrary { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}
