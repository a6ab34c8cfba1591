using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

internal sealed record GetDatabaseRequest
{
    public string? CatalogId { get; init; }

    public required string Name { get; init; }
}

internal sealed record GetDatabaseResponse
{
    public Database? Database { get; init; }
}

internal sealed record GetDatabasesRequest
{
    public string? CatalogId { get; init; }

    public string? NextToken { get; init; }

    /// <summary>At most 100.</summary>
    public int? MaxResults { get; init; }
}

internal sealed record GetDatabasesResponse
{
    public ImmutableArray<Database>? DatabaseList { get; init; }

    public string? NextToken { get; init; }
}

internal sealed record CreateDatabaseRequest
{
    public string? CatalogId { get; init; }

    public required DatabaseInput DatabaseInput { get; init; }
}

internal sealed record CreateDatabaseResponse;
