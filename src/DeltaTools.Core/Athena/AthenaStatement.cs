using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Query;

namespace DeltaTools.Core.Athena;

/// <summary>SQL for Athena.</summary>
/// <param name="Sql">One statement.</param>
public sealed record AthenaStatement(string Sql)
{
    /// <summary>Most characters of a value that travels beside the statement.</summary>
    private const int LongestParameter = 1024;

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

    /// <summary>The same as Athena takes it: with the values in the text when one is too long to travel beside it.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the text has not as many question marks as there are values.</exception>
    internal AthenaStatement Sendable()
    {
        if (Parameters.All(p => p.Length <= LongestParameter)) return this;
        QueryToken[] places = [.. QueryToken.Scan(Sql).Where(t => t is { Kind: QueryTokenKind.Parameter, Text: "?" })];
        if (places.Length != Parameters.Length)
            throw IcebergException.Invalid($"The query has {places.Length} question marks, and there are {Parameters.Length} values for them.");
        return this with { Sql = QueryEdit.Apply(Sql, places.Select((place, i) => place.Becomes($" {Parameters[i]} "))), Parameters = [] };
    }
}
