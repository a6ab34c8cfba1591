using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Query;

namespace DeltaTools.Core.Athena;

/// <summary>SQL for Athena.</summary>
/// <param name="Sql">One statement.</param>
public sealed record AthenaStatement(string Sql)
{
    /// <summary>Values for question marks, in order, each as a literal of SQL (<see cref="AthenaSql"/> makes them).</summary>
    public ImmutableArray<string> Parameters { get; init; } = [];

    /// <summary>Database of names without one.</summary>
    public string? Database { get; init; }

    /// <summary>Takes the result of the same statement if it is no older than this, which costs nothing; null runs it. A week at most.</summary>
    public TimeSpan? ReuseWithin { get; init; }

    /// <summary>Stops the query when it has taken longer.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether a statement can change nothing, by its first word.</summary>
    public static bool OnlyReads(string sql) => QueryToken.Scan(sql).SkipWhile(t => t.Is("(")).Select(t => t.Text.ToUpperInvariant()).FirstOrDefault()
        is "SELECT" or "WITH" or "VALUES" or "SHOW" or "DESCRIBE" or "TABLE" or "EXPLAIN";

    /// <summary>What it is for, for errors: <c>merge to hr.employee</c>.</summary>
    public string Purpose { get; init; } = "query";
}
