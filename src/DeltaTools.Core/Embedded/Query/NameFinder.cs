using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Finds tables and their columns in the engine's tree of a query.</summary>
internal sealed class NameFinder(QueryText query, IEnumerable<NameChain> chains, IReadOnlyDictionary<int, TravelClause> clauses)
{
    private readonly Dictionary<int, NameChain> _chains = chains.ToDictionary(c => c.Start);
    private readonly SortedDictionary<int, TableUse> _tables = [];
    private readonly SortedDictionary<int, ColumnUse> _columns = [];

    /// <summary>Recursions around the node.</summary>
    private readonly Stack<string> _recursions = [];

    public ImmutableArray<TableUse> Tables => [.. _tables.Values];

    public ImmutableArray<ColumnUse> Columns => [.. _columns.Values];

    public void Walk(JsonElement tree) => Walk(tree, []);

    /// <param name="scopes">Tables of the FROM of each SELECT around the node, the innermost first.</param>
    private void Walk(JsonElement node, ImmutableStack<List<TableUse>> scopes)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in node.EnumerateArray()) Walk(item, scopes);
            return;
        }
        if (node.ValueKind != JsonValueKind.Object) return;
        switch (QueryNode.Type(node))
        {
            case "SELECT_NODE" when node.TryGetProperty("from_table", out JsonElement from):
                List<TableUse> own = [];
                Collect(from, own);
                scopes = scopes.Push(own);
                break;
            case "BASE_TABLE":
                Table(node);
                return;
            case "COLUMN_REF" when Chain(node) is { Parts.Length: > 2 } column:
                Resolve(column, scopes);
                break;
        }
        bool isRecursion = QueryNode.Type(node) == QueryNode.Recursion;
        if (isRecursion) _recursions.Push(QueryNode.Text(node, "cte_name"));
        foreach (JsonProperty member in node.EnumerateObject()) Walk(member.Value, scopes);
        if (isRecursion) _recursions.Pop();
    }

    /// <summary>The tables of a FROM whose columns may be written with their names; those of its subqueries may not.</summary>
    private void Collect(JsonElement from, List<TableUse> tables)
    {
        if (from.ValueKind != JsonValueKind.Object) return;
        if (QueryNode.Type(from) == "BASE_TABLE" && Table(from) is { IsPrefix: true } table) tables.Add(table);
        if (QueryNode.Type(from) is not ("JOIN" or "PIVOT")) return;
        foreach (string side in new[] { "left", "right", "source" })
        {
            if (from.TryGetProperty(side, out JsonElement part)) Collect(part, tables);
        }
    }

    private TableUse? Table(JsonElement node)
    {
        if (Chain(node) is not { } chain || IsRecurring(chain)) return null;
        if (_tables.TryGetValue(chain.Start, out TableUse? known)) return known;
        bool isAt = node.TryGetProperty("at_clause", out JsonElement at) && at.ValueKind == JsonValueKind.Object;
        TravelClause? clause = isAt ? TravelClause.At(query, chain.Next) : null;
        if (clauses.TryGetValue(chain.Start, out TravelClause? words))
            clause = clause is null ? words : throw IcebergException.Invalid($"{TableName.Of(chain)} has both FOR ... AS OF and AT. Write one of them.");
        TableUse use = new(chain, QueryNode.Text(node, "alias").Length > 0, clause);
        _tables.Add(chain.Start, use);
        return use;
    }

    /// <summary>Whether it is all rows that a recursion with <c>USING KEY</c> has so far: <c>recurring</c> and its name.</summary>
    private bool IsRecurring(NameChain chain) => chain.Parts.Length == 2 && chain.Parts[0].Text.Equals(QueryNode.Recurring, StringComparison.OrdinalIgnoreCase)
        && _recursions.Contains(QueryMask.Name(chain.Parts[1].Text), StringComparer.OrdinalIgnoreCase);

    private void Resolve(NameChain column, ImmutableStack<List<TableUse>> scopes)
    {
        foreach (List<TableUse> scope in scopes)
        {
            List<TableUse> fitting = [.. scope.Where(t => column.PartsOf(t.Name) > 0)];
            if (fitting.Count == 0) continue;
            if (fitting.Count > 1)
                throw IcebergException.Invalid($"{fitting[0].Name} stands more than once in FROM, so nobody can tell whose column {string.Join('.', column.Parts)} is. Give each an alias.");
            _columns.TryAdd(column.Start, new(column, column.PartsOf(fitting[0].Name), fitting[0]));
            return;
        }
    }

    private NameChain? Chain(JsonElement node) =>
        node.TryGetProperty("query_location", out JsonElement place) && place.TryGetInt32(out int start) ? _chains.GetValueOrDefault(start) : null;
}
