namespace DeltaTools.TestServers.Athena;

/// <summary>Ends a query as FAILED.</summary>
public sealed class AthenaFailure(string message, int category, int type, bool retryable = false) : Exception(message)
{
    /// <summary>1: the service; 2: the user; 3: another.</summary>
    public int Category { get; } = category;

    public int Type { get; } = type;

    public bool Retryable { get; } = retryable;

    public static AthenaFailure User(string name, string message) => new($"{name}: {message}", 2, 1006);

    public static AthenaFailure CommitError(string table) =>
        new($"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: {table}", 2, 233);
}
