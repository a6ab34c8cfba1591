using System.Collections.Immutable;

namespace DeltaTools.Core.Aws.Athena;

internal sealed record StartQueryExecutionRequest
{
    /// <summary>At most 262,144 bytes.</summary>
    public required string QueryString { get; init; }

    /// <summary>The same token starts the same query only once; 32 to 128 characters.</summary>
    public string? ClientRequestToken { get; init; }

    public QueryExecutionContext? QueryExecutionContext { get; init; }

    public ResultConfiguration? ResultConfiguration { get; init; }

    public string? WorkGroup { get; init; }

    /// <summary>Values for question marks, each as a literal of SQL.</summary>
    public ImmutableArray<string>? ExecutionParameters { get; init; }

    public ResultReuseConfiguration? ResultReuseConfiguration { get; init; }
}

internal sealed record StartQueryExecutionResponse
{
    public string? QueryExecutionId { get; init; }
}

internal sealed record QueryExecutionContext
{
    public string? Database { get; init; }

    public string? Catalog { get; init; }
}

internal sealed record ResultConfiguration
{
    public string? OutputLocation { get; init; }
}

internal sealed record ResultReuseConfiguration
{
    public ResultReuseByAgeConfiguration? ResultReuseByAgeConfiguration { get; init; }
}

internal sealed record ResultReuseByAgeConfiguration
{
    public bool Enabled { get; init; }

    /// <summary>At most 10,080: a week.</summary>
    public int? MaxAgeInMinutes { get; init; }
}
