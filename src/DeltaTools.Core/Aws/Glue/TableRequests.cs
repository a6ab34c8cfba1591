using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Glue;

internal sealed record GetTableRequest
{
    public string? CatalogId { get; init; }

    public required string DatabaseName { get; init; }

    public required string Name { get; init; }
}

internal sealed record GetTableResponse
{
    public Table? Table { get; init; }
}

internal sealed record GetTablesRequest
{
    public string? CatalogId { get; init; }

    public required string DatabaseName { get; init; }

    /// <summary>Pattern of names.</summary>
    public string? Expression { get; init; }

    public string? NextToken { get; init; }

    /// <summary>At most 100.</summary>
    public int? MaxResults { get; init; }
}

internal sealed record GetTablesResponse
{
    public ImmutableArray<Table>? TableList { get; init; }

    public string? NextToken { get; init; }
}

internal sealed record CreateTableRequest
{
    public string? CatalogId { get; init; }

    public required string DatabaseName { get; init; }

    public required TableInput TableInput { get; init; }
}

internal sealed record CreateTableResponse;

internal sealed record UpdateTableRequest
{
    public string? CatalogId { get; init; }

    public required string DatabaseName { get; init; }

    public required TableInput TableInput { get; init; }

    /// <summary>Whether Glue keeps no copy of the version that is replaced. Iceberg has its own history.</summary>
    public bool? SkipArchive { get; init; }

    /// <summary>The update is refused when the table is at another version.</summary>
    public string? VersionId { get; init; }
}

internal sealed record UpdateTableResponse;

internal sealed record DeleteTableRequest
{
    public string? CatalogId { get; init; }

    public required string DatabaseName { get; init; }

    public required string Name { get; init; }
}

internal sealed record DeleteTableResponse;
