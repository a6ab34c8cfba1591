using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>The one query of a user's text, with values in the places of its parameters.</summary>
/// <param name="Sql">From the first word to the last: no semicolon and no comment after it.</param>
/// <param name="Tokens">The pieces of <paramref name="Sql"/>.</param>
/// <param name="Explain"><c>EXPLAIN</c>, when it stood before the query, and its option.</param>
internal sealed record QueryText(string Sql, ImmutableArray<QueryToken> Tokens, string Explain)
{
    /// <param name="values">Values of a script, for question marks in their order, or for <c>$1</c>, <c>$2</c> by number.</param>
    /// <exception cref="IcebergException">InvalidArgument: no query, several, or not as many values as parameters.</exception>
    public static QueryText Of(string sql, IReadOnlyList<object?> values)
    {
        sql = Bind(sql, values);
        ImmutableArray<QueryToken> tokens = Statement(QueryToken.Scan(sql));
        int first = !tokens[0].Is("explain") ? 0 : tokens.Length > 1 && tokens[1].Is("analyze") ? 2 : 1;
        if (first == tokens.Length) throw IcebergException.Invalid("After EXPLAIN must stand a query.");
        string explain = string.Concat(tokens[..first].Select(t => t.Text + " "));
        string query = sql[tokens[first].Start..tokens[^1].End];
        return new(query, QueryToken.Scan(query), explain);
    }

    /// <summary>The pieces before the semicolon that ends the query.</summary>
    private static ImmutableArray<QueryToken> Statement(ImmutableArray<QueryToken> tokens)
    {
        int end = tokens.TakeWhile(t => !t.Is(";")).Count();
        if (end < tokens.Length && !tokens[end..].All(t => t.Is(";"))) throw IcebergException.Invalid("One query at a time, please: something stands after the semicolon.");
        return end > 0 ? tokens[..end]
            : throw IcebergException.Invalid("There is no query, only spaces or comments. Write one such as SELECT * FROM hr.employee.");
    }

    private static string Bind(string sql, IReadOnlyList<object?> values)
    {
        ImmutableArray<QueryToken> tokens = QueryToken.Scan(sql);
        List<int> places = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Kind == QueryTokenKind.Parameter)];
        bool byNumber = places.Any(i => tokens[i].Text != "?");
        if (byNumber && places.Any(i => tokens[i].Text == "?")) throw IcebergException.Invalid("The query has both question marks and numbered parameters. Use one of them.");
        int wanted = byNumber ? places.Max(i => Number(tokens[i].Text)) : places.Count;
        if (wanted != values.Count)
        {
            throw IcebergException.Invalid(byNumber
                ? $"The query has parameters up to ${wanted}, and -Parameter has {values.Count} values."
                : $"The query has {wanted} question marks, and -Parameter has {values.Count} values.");
        }
        return QueryEdit.Apply(sql, places.Select((place, i) =>
        {
            object? value = values[byNumber ? Number(tokens[place].Text) - 1 : i];
            // A local time names an instant here; elsewhere it is compared as it reads.
            if (value is DateTime { Kind: DateTimeKind.Local } local && TravelClause.IsTimeAt(tokens, place)) value = new DateTimeOffset(local);
            return tokens[place].Becomes($" {SqlLiteral.Parameter(value)} ");
        }));
    }

    private static int Number(string parameter) =>
        int.TryParse(parameter.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw IcebergException.Invalid($"The query has the parameter {parameter}. Write a question mark for each value of -Parameter, or $1, $2 and so on.");
}
