namespace DeltaTools.Core.Aws.Athena;

internal sealed record QueryExecution
{
    public string? QueryExecutionId { get; init; }

    /// <summary>DDL, DML or UTILITY.</summary>
    public string? StatementType { get; init; }

    public string? SubstatementType { get; init; }

    public ResultConfiguration? ResultConfiguration { get; init; }

    public QueryExecutionStatus? Status { get; init; }

    public QueryExecutionStatistics? Statistics { get; init; }

    public string? WorkGroup { get; init; }
}

internal sealed record QueryExecutionStatus
{
    /// <summary>QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED.</summary>
    public string? State { get; init; }

    public string? StateChangeReason { get; init; }

    public DateTimeOffset? SubmissionDateTime { get; init; }

    public DateTimeOffset? CompletionDateTime { get; init; }

    public AthenaError? AthenaError { get; init; }
}

internal sealed record AthenaError
{
    /// <summary>1: the service; 2: the user; 3: another.</summary>
    public int? ErrorCategory { get; init; }

    public int? ErrorType { get; init; }

    public bool Retryable { get; init; }

    public string? ErrorMessage { get; init; }
}

internal sealed record QueryExecutionStatistics
{
    public long? EngineExecutionTimeInMillis { get; init; }

    public long? DataScannedInBytes { get; init; }

    public long? TotalExecutionTimeInMillis { get; init; }

    public long? QueryQueueTimeInMillis { get; init; }

    public long? QueryPlanningTimeInMillis { get; init; }

    public ResultReuseInformation? ResultReuseInformation { get; init; }
}

internal sealed record ResultReuseInformation
{
    public bool ReusedPreviousResult { get; init; }
}

internal sealed record GetQueryExecutionRequest
{
    public required string QueryExecutionId { get; init; }
}

internal sealed record GetQueryExecutionResponse
{
    public QueryExecution? QueryExecution { get; init; }
}

internal sealed record StopQueryExecutionRequest
{
    public required string QueryExecutionId { get; init; }
}

internal sealed record StopQueryExecutionResponse;
