using DeltaTools.Core.Aws.Athena;

namespace DeltaTools.Core.Athena;

/// <summary>What failed queries mean.</summary>
internal static class AthenaErrors
{
    public const string CommitError = "ICEBERG_COMMIT_ERROR";
    public const string MoreRuns = "MORE_RUNS_NEEDED";

    /// <summary>Entry of an error's context with the reason that Athena gave.</summary>
    public const string Reason = "reason";

    /// <summary>Entry of an error's context with the id of the query.</summary>
    public const string Query = "query";

    /// <param name="clean">Takes secrets out of Athena's words.</param>
    public static IcebergException Of(string queryId, string purpose, QueryExecutionStatus? status, Func<string, string> clean)
    {
        string reason = clean(status?.StateChangeReason ?? status?.AthenaError?.ErrorMessage ?? "Athena gives no reason");
        bool Has(string text) => reason.Contains(text, StringComparison.OrdinalIgnoreCase);
        (IcebergErrorKind kind, bool retryable, string advice) = true switch
        {
            _ when Has(CommitError) => (IcebergErrorKind.CommitConflict, true, " Another writer was faster; run it again."),
            _ when Has(MoreRuns) => (IcebergErrorKind.QueryFailed, true, " Run it again."),
            _ when Has("TABLE_NOT_FOUND") || Has("SCHEMA_NOT_FOUND") => (IcebergErrorKind.TableNotFound, false, ""),
            _ when Has("already exists") => (IcebergErrorKind.TableExists, false, ""),
            _ when Has("MERGE_TARGET_ROW_MULTIPLE_MATCHES") => (IcebergErrorKind.DuplicateKey, false, " The table has several rows for one key."),
            _ when Has("Lake Formation") => (IcebergErrorKind.AccessDenied, false,
                " Ask the data lake's administrator for SELECT, INSERT, DELETE and DESCRIBE on the table, and for access to its data location."),
            _ when Has("Access Denied") || Has("AccessDenied") || Has("not authorized") || Has("PERMISSION_DENIED") || Has("Insufficient permissions") =>
                (IcebergErrorKind.AccessDenied, false, " See about_DeltaTools_Athena for the permissions that are needed."),
            _ when Has("TOO_MANY_OPEN_PARTITIONS") || Has("open writers") => (IcebergErrorKind.QueryFailed, false, " Use -Engine Embedded, which has no such limit."),
            _ when Has("Query timeout") || Has("EXCEEDED_TIME_LIMIT") => (IcebergErrorKind.Timeout, false, ""),
            _ when Has("Query exhausted resources") || Has("EXCEEDED_MEMORY_LIMIT") => (IcebergErrorKind.QueryFailed, true, " It may be too large for one query; -Engine Embedded has no such limit."),
            _ when Has("SYNTAX_ERROR") || Has("COLUMN_NOT_FOUND") || Has("TYPE_MISMATCH") || Has("INVALID_") || Has("FUNCTION_NOT_FOUND") =>
                (IcebergErrorKind.InvalidArgument, false, ""),
            _ => (IcebergErrorKind.QueryFailed, status?.AthenaError?.Retryable == true, ""),
        };
        return new IcebergException(kind, $"Athena's {purpose} failed: {reason.Trim().TrimEnd('.')}.{advice} (query {queryId})")
        {
            Retryable = retryable,
            Context = new Dictionary<string, string> { [Query] = queryId, [Reason] = reason },
        };
    }

    public static bool Is(IcebergException error, string reason) =>
        error.Context.TryGetValue(Reason, out string? given) && given.Contains(reason, StringComparison.OrdinalIgnoreCase);
}
