using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Athena;

internal sealed record GetQueryResultsRequest
{
    public required string QueryExecutionId { get; init; }

    public string? NextToken { get; init; }

    /// <summary>Rows of a page, at most 1,000; the header of a SELECT is one of them.</summary>
    public int? MaxResults { get; init; }
}

internal sealed record GetQueryResultsResponse
{
    /// <summary>Rows that the statement changed.</summary>
    public long? UpdateCount { get; init; }

    public ResultSet? ResultSet { get; init; }

    public string? NextToken { get; init; }
}

internal sealed record ResultSet
{
    public ImmutableArray<Row>? Rows { get; init; }

    public ResultSetMetadata? ResultSetMetadata { get; init; }
}

internal sealed record Row
{
    public ImmutableArray<Datum>? Data { get; init; }
}

internal sealed record Datum
{
    /// <summary>Null for NULL.</summary>
    public string? VarCharValue { get; init; }
}

internal sealed record ResultSetMetadata
{
    public ImmutableArray<ColumnInfo>? ColumnInfo { get; init; }
}

internal sealed record ColumnInfo
{
    public string Name { get; init; } = "";

    /// <summary>Such as <c>integer</c>, <c>varchar</c>, <c>decimal</c>, <c>timestamp with time zone</c>, <c>row</c>.</summary>
    public string Type { get; init; } = "";

    public int? Precision { get; init; }

    public int? Scale { get; init; }
}
