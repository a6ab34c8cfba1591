using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Athena;

/// <summary>A query that was started.</summary>
public sealed class AthenaQuery
{
    private readonly DateTimeOffset _submitted = DateTimeOffset.UtcNow;

    internal AthenaQuery(string sql, IReadOnlyList<string> parameters, string workGroup, string? output)
    {
        Sql = sql;
        Parameters = parameters;
        WorkGroup = workGroup;
        Output = output is null ? null : $"{output.TrimEnd('/')}/{Id}.csv";
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    public string Sql { get; }

    public IReadOnlyList<string> Parameters { get; }

    public string WorkGroup { get; }

    /// <summary>Where its results are put; null when Athena keeps them.</summary>
    public string? Output { get; }

    public string State { get; internal set; } = "QUEUED";

    public AthenaResult? Result { get; internal set; }

    public AthenaFailure? Failure { get; internal set; }

    public bool Reused { get; internal init; }

    internal CancellationTokenSource Stop { get; } = new();

    internal DateTimeOffset? Started { get; set; }

    internal DateTimeOffset? Completed { get; set; }

    internal JsonObject ToJson()
    {
        var status = new JsonObject { ["State"] = State, ["SubmissionDateTime"] = Seconds(_submitted) };
        if (Completed is { } completed) status["CompletionDateTime"] = Seconds(completed);
        if (Failure is { } failure)
        {
            status["StateChangeReason"] = failure.Message;
            status["AthenaError"] = new JsonObject
            {
                ["ErrorCategory"] = failure.Category,
                ["ErrorType"] = failure.Type,
                ["Retryable"] = failure.Retryable,
                ["ErrorMessage"] = failure.Message,
            };
        }
        DateTimeOffset end = Completed ?? DateTimeOffset.UtcNow;
        var json = new JsonObject
        {
            ["QueryExecutionId"] = Id,
            ["Query"] = Sql,
            ["WorkGroup"] = WorkGroup,
            ["Status"] = status,
            ["Statistics"] = new JsonObject
            {
                ["DataScannedInBytes"] = Reused ? 0 : Result?.BytesScanned ?? 0,
                ["EngineExecutionTimeInMillis"] = Started is { } started ? (long)(end - started).TotalMilliseconds : 0,
                ["QueryQueueTimeInMillis"] = (long)((Started ?? end) - _submitted).TotalMilliseconds,
                ["TotalExecutionTimeInMillis"] = (long)(end - _submitted).TotalMilliseconds,
                ["ResultReuseInformation"] = new JsonObject { ["ReusedPreviousResult"] = Reused },
            },
        };
        if (Result is { } result)
        {
            json["StatementType"] = result.StatementType;
            json["SubstatementType"] = result.Substatement;
        }
        if (Output is not null) json["ResultConfiguration"] = new JsonObject { ["OutputLocation"] = Output };
        else json["ManagedQueryResultsConfiguration"] = new JsonObject { ["Enabled"] = true };
        return json;
    }

    private static decimal Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000m;
}
