using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>What a query names: tables, and columns that are written with namespace and table.</summary>
/// <remarks>The engine tells where they stand, the text what they are: so the query stays as it was written but for these places.</remarks>
internal sealed class QueryNames
{
    private readonly QueryText _query;
    private readonly ImmutableArray<NameChain> _chains;
    private readonly ImmutableArray<TableUse> _uses;
    private readonly ImmutableArray<ColumnUse> _columns;

    private QueryNames(QueryText query, ImmutableArray<NameChain> chains, NameFinder found)
    {
        _query = query;
        _chains = chains;
        _uses = found.Tables;
        _columns = found.Columns;
    }

    /// <summary>The tables with a namespace, each state once.</summary>
    public IEnumerable<QueryTable> Tables => _uses.Where(u => u.Chain.Parts.Length > 1).Select(u => u.Table).Distinct();

    /// <exception cref="IcebergException">InvalidArgument: the SQL is wrong, or a version or time is.</exception>
    public static async Task<QueryNames> ReadAsync(QueryText query, QueryParser parser, CancellationToken cancel)
    {
        ImmutableArray<NameChain> chains = [.. NameChain.All(query.Tokens)];
        Dictionary<int, TravelClause> clauses = [];
        foreach (NameChain chain in chains)
        {
            if (await TravelClause.ForAsync(query, chain.Next, parser, cancel).ConfigureAwait(false) is { } clause) clauses.Add(chain.Start, clause);
        }
        JsonElement tree = await ParseAsync(query, chains, clauses.Values, parser, cancel).ConfigureAwait(false);
        var finder = new NameFinder(query, chains, clauses);
        finder.Walk(tree);
        foreach (TableUse use in finder.Tables)
        {
            if (use.Clause is null) continue;
            if (use.Chain.Parts.Length == 1) throw IcebergException.Invalid($"Only tables of the catalog have versions: write '{use.Name.Name}' with its namespace, such as hr.employee.");
            use.Travel = await use.Clause.EvaluateAsync(parser, cancel).ConfigureAwait(false);
        }
        if (clauses.Keys.Except(finder.Tables.Select(u => u.Chain.Start)).Any())
            throw IcebergException.Invalid("FOR VERSION AS OF and FOR TIMESTAMP AS OF stand behind the name of a table, before its alias: FROM hr.employee FOR VERSION AS OF 1 AS e.");
        return new(query, chains, finder);
    }

    /// <summary>The query with other names for tables, and without the clauses that the engine does not know.</summary>
    /// <param name="stands">Names of the engine; tables that are not in it stay as they are written.</param>
    public string Rewrite(IReadOnlyDictionary<QueryTable, string> stands)
    {
        List<QueryEdit> edits = [];
        foreach (TableUse use in _uses)
        {
            if (!stands.TryGetValue(use.Table, out string? stand)) continue;
            edits.Add(new(use.Chain.Start, use.Chain.End, stand));
            if (use.Clause is { } clause) edits.Add(new(clause.Start, clause.End, ""));
        }
        foreach (ColumnUse column in _columns)
        {
            if (stands.TryGetValue(column.Table.Table, out string? stand)) edits.Add(new(column.Chain.Start, column.Chain.Parts[column.Parts - 1].End, stand));
        }
        // Before a star the engine takes the table's name alone.
        foreach (NameChain chain in _chains.Where(c => c.IsStarred && c.Parts.Length > 1)) edits.Add(new(chain.Start, chain.Parts[^1].Start, ""));
        return QueryEdit.Apply(_query.Sql, edits);
    }

    private static async Task<JsonElement> ParseAsync(
        QueryText query, ImmutableArray<NameChain> chains, ICollection<TravelClause> clauses, QueryParser parser, CancellationToken cancel)
    {
        try
        {
            return await parser.ParseAsync(QueryMask.Of(query, chains, clauses), cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.InvalidArgument)
        {
            // Of the query itself the engine tells the error in its words, unless it stumbles over a name of many parts.
            await parser.ParseAsync(QueryMask.Of(query, chains.Where(c => c.Parts.Length > 3), clauses), cancel).ConfigureAwait(false);
            throw;
        }
    }
}
