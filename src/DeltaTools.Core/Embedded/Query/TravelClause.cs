using System.Collections.Immutable;

namespace DeltaTools.Core.Embedded.Query;

/// <summary><c>FOR VERSION AS OF</c> or <c>FOR TIMESTAMP AS OF</c> behind a table's name, or the engine's <c>AT (VERSION => ...)</c> behind its alias.</summary>
/// <param name="Start">Where it begins in the query; it ends before <paramref name="End"/>.</param>
/// <param name="Expression">What stands behind it: any constant expression.</param>
internal sealed record TravelClause(bool IsTime, int Start, int End, string Expression)
{
    private const int WordsBefore = 4, MaxWords = 200;
    private const string Version = "FOR VERSION AS OF", Time = "FOR TIMESTAMP AS OF";

    private string Words => IsTime ? Time : Version;

    /// <summary>Whether what stands at the index begins the time of a clause.</summary>
    public static bool IsTimeAt(ImmutableArray<QueryToken> tokens, int index)
    {
        while (index > 0 && tokens[index - 1].Is("(")) index--;
        return (index >= WordsBefore && Unit(tokens, index - WordsBefore) is true)
            || (index >= 3 && tokens[index - 1].Is(">") && tokens[index - 2].Is("=") && tokens[index - 3].Is("timestamp"));
    }

    /// <summary>The clause that begins at the index, or null. The engine does not know these words, so it is asked only where the expression behind them ends.</summary>
    /// <exception cref="IcebergException">InvalidArgument: no expression follows.</exception>
    public static async Task<TravelClause?> ForAsync(QueryText query, int index, QueryParser parser, CancellationToken cancel)
    {
        if (Unit(query.Tokens, index) is not { } isTime) return null;
        List<QueryToken> ends = Ends(query.Tokens, index + WordsBefore);
        int start = ends.Count == 0 ? 0 : query.Tokens[index + WordsBefore].Start;
        int longest = await parser.LongestAsync([.. ends.Select(e => query.Sql[start..e.End])], cancel).ConfigureAwait(false);
        if (longest < 0)
        {
            throw IcebergException.Invalid(isTime
                ? $"After {Time} must stand a time such as TIMESTAMP '2023-06-08 16:26:05 UTC'."
                : $"After {Version} must stand the id of a snapshot, or the name of a branch or tag in single quotes.");
        }
        return new(isTime, query.Tokens[index].Start, ends[longest].End, query.Sql[start..ends[longest].End]);
    }

    /// <summary>The clause of the engine, which the engine found behind a table that ends before the index.</summary>
    public static TravelClause? At(QueryText query, int index)
    {
        ImmutableArray<QueryToken> tokens = query.Tokens;
        for (int i = index; i + 5 < tokens.Length; i++)
        {
            if (!tokens[i].Is("at") || !tokens[i + 1].Is("(") || !tokens[i + 3].Is("=") || !tokens[i + 4].Is(">")) continue;
            QueryToken close = tokens[i + 5];
            int depth = 1, end = i + 5;
            for (; end < tokens.Length; end++)
            {
                if (tokens[end].Is("(")) depth++;
                else if (tokens[end].Is(")") && --depth == 0) break;
            }
            if (end == tokens.Length || end == i + 5) return null;
            return new(tokens[i + 2].Is("timestamp"), tokens[i].Start, tokens[end].End, query.Sql[close.Start..tokens[end - 1].End]);
        }
        return null;
    }

    /// <exception cref="IcebergException">InvalidArgument: it is no version or time.</exception>
    public async Task<TimeTravel> EvaluateAsync(QueryParser parser, CancellationToken cancel)
    {
        try
        {
            return IsTime
                ? new(null, null, await parser.ValueAsync($"CAST(({Zoned(Expression)}) AS TIMESTAMPTZ)", cancel).ConfigureAwait(false) is DateTimeOffset time ? time
                    : throw IcebergException.Invalid("it is NULL or infinite"))
                : await parser.ValueAsync($"({Expression})", cancel).ConfigureAwait(false) switch
                {
                    string name => new(null, name, null),
                    int id => new(id, null, null),
                    long id => new(id, null, null),
                    decimal id when id == decimal.Truncate(id) && id is >= 0 and <= long.MaxValue => new((long)id, null, null),
                    null => throw IcebergException.Invalid("it is NULL"),
                    _ => throw IcebergException.Invalid("it is neither a whole number nor a text"),
                };
        }
        catch (IcebergException e)
        {
            throw new IcebergException(e.Kind, $"{Words} {Expression} cannot be used: {e.Message.TrimEnd('.')}. "
                + (IsTime ? "Write a time such as TIMESTAMP '2023-06-08 16:26:05 UTC', without columns or tables."
                    : "Write the id of a snapshot, or the name of a branch or tag in single quotes."), e);
        }
    }

    private static bool? Unit(ImmutableArray<QueryToken> tokens, int index)
    {
        if (index + 3 >= tokens.Length || !tokens[index].Is("for") || !tokens[index + 2].Is("as") || !tokens[index + 3].Is("of")) return null;
        return tokens[index + 1].Is("version") || tokens[index + 1].Is("system_version") ? false
            : tokens[index + 1].Is("timestamp") || tokens[index + 1].Is("system_time") ? true : null;
    }

    /// <summary>Where the expression that begins at the index may end.</summary>
    private static List<QueryToken> Ends(ImmutableArray<QueryToken> tokens, int index)
    {
        List<QueryToken> ends = [];
        int depth = 0;
        foreach (QueryToken token in tokens.Skip(index))
        {
            if (token.Is("(") || token.Is("[") || token.Is("{")) depth++;
            else if (token.Is(")") || token.Is("]") || token.Is("}")) depth--;
            if (depth < 0 || (depth == 0 && token.Is(",")) || ends.Count == MaxWords) break;
            if (depth == 0) ends.Add(token);
        }
        return ends;
    }

    /// <summary>A literal <c>TIMESTAMP</c> may name a zone, as in Athena; without one it is of UTC.</summary>
    private static string Zoned(string expression)
    {
        ImmutableArray<QueryToken> tokens = QueryToken.Scan(expression);
        return QueryEdit.Apply(expression, tokens.Where((token, i) =>
            token.Is("timestamp") && i + 1 < tokens.Length && tokens[i + 1].Kind == QueryTokenKind.Text && !(i + 2 < tokens.Length && tokens[i + 2].Is("at")))
            .Select(token => token.Becomes("TIMESTAMPTZ")));
    }
}
