namespace DeltaTools.Core.Aws.Athena;

internal sealed record GetQueryRuntimeStatisticsRequest
{
    public required string QueryExecutionId { get; init; }
}

internal sealed record GetQueryRuntimeStatisticsResponse
{
    public QueryRuntimeStatistics? QueryRuntimeStatistics { get; init; }
}

internal sealed record QueryRuntimeStatistics
{
    public QueryRuntimeStatisticsRows? Rows { get; init; }
}

internal sealed record QueryRuntimeStatisticsRows
{
    public long? InputRows { get; init; }

    public long? InputBytes { get; init; }

    public long? OutputBytes { get; init; }

    public long? OutputRows { get; init; }
}
