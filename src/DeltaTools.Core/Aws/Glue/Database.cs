using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

internal sealed record Database
{
    public string Name { get; init; } = "";

    public string? Description { get; init; }

    /// <summary>Where its tables go; often null.</summary>
    public string? LocationUri { get; init; }

    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }
}

internal sealed record DatabaseInput
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? LocationUri { get; init; }
}
