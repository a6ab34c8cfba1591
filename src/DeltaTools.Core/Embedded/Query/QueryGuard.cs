using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Looks a query over, as the engine reads the very text that will run: it may name only tables that were made for it, and call nothing that reaches further.</summary>
/// <remarks>The first wall around a query. The second is <see cref="QueryFence"/>.</remarks>
internal sealed class QueryGuard
{
    /// <summary>Table functions that make rows of nothing but their arguments.</summary>
    private static readonly FrozenSet<string> s_harmless = new[]
    {
        "unnest", "range", "generate_series", "repeat", "repeat_row", "json_each", "json_tree", "summary",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions of values that tell of the machine, write, or look into another query that nobody looked over.</summary>
    private static readonly FrozenSet<string> s_harmful = new[] { "getenv", "current_setting", "write_log", "json_serialize_plan" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly IReadOnlySet<string> _tables;
    private readonly bool _isConstant;
    private string? _unknown;

    private QueryGuard(IReadOnlySet<string> tables, bool isConstant) => (_tables, _isConstant) = (tables, isConstant);

    /// <param name="tables">Names of the engine, as <see cref="FullName"/> spells them.</param>
    /// <returns>The first name that is no table's, or null when all are known.</returns>
    /// <exception cref="IcebergException">Unsupported: it reaches beyond tables.</exception>
    public static string? Check(JsonElement tree, IReadOnlySet<string> tables)
    {
        var guard = new QueryGuard(tables, isConstant: false);
        guard.Walk(tree, []);
        return guard._unknown;
    }

    /// <returns>Whether it is a mere literal, maybe cast to another type: working it out calls no function.</returns>
    /// <exception cref="IcebergException">InvalidArgument: it is no constant; Unsupported: it reaches for something.</exception>
    public static bool CheckConstant(JsonElement tree)
    {
        new QueryGuard(FrozenSet<string>.Empty, isConstant: true).Walk(tree, []);
        JsonElement select = tree.GetProperty("node");
        if (QueryNode.Type(select) != "SELECT_NODE" || QueryNode.Type(select.GetProperty("from_table")) != "EMPTY" || select.GetProperty("select_list").GetArrayLength() != 1 || HasQuery(select))
            throw IcebergException.Invalid("it is no constant expression");
        JsonElement value = select.GetProperty("select_list")[0];
        while (QueryNode.Type(value) == "OPERATOR_CAST") value = value.GetProperty("child");
        return QueryNode.Type(value) == "VALUE_CONSTANT";
    }

    public static string FullName(string schema, string table) => $"{Sql.Name("memory")}.{Sql.Name(schema)}.{Sql.Name(table)}";

    /// <summary>How the rows of a recursion are known here: no name has this character.</summary>
    private static string Recurring(string name) => $"{QueryNode.Recurring}\0{name}";

    private static bool HasQuery(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Array => node.EnumerateArray().Any(HasQuery),
        JsonValueKind.Object => QueryNode.Type(node) == "SUBQUERY" || node.EnumerateObject().Any(m => HasQuery(m.Value)),
        _ => false,
    };

    /// <param name="local">Names of WITH that are seen here. The engine takes unknown names for those of files, so every name must be known.</param>
    private void Walk(JsonElement node, ImmutableHashSet<string> local)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in node.EnumerateArray()) Walk(item, local);
            return;
        }
        if (node.ValueKind != JsonValueKind.Object) return;
        local = local.WithComparer(StringComparer.OrdinalIgnoreCase);
        if (QueryNode.Text(node, "cte_name") is { Length: > 0 } own)
        {
            local = local.Add(own);
            if (QueryNode.Type(node) == QueryNode.Recursion) local = local.Add(Recurring(own));
        }
        if (node.TryGetProperty("cte_map", out JsonElement ctes) && ctes.TryGetProperty("map", out JsonElement map))
        {
            foreach (JsonElement entry in map.EnumerateArray())
            {
                Walk(entry.GetProperty("value"), local);
                local = local.Add(QueryNode.Text(entry, "key"));
            }
        }
        Look(node, local);
        foreach (JsonProperty member in node.EnumerateObject())
        {
            if (!member.NameEquals("cte_map")) Walk(member.Value, local);
        }
    }

    private void Look(JsonElement node, ImmutableHashSet<string> local)
    {
        switch (QueryNode.Type(node))
        {
            case "BASE_TABLE":
                string catalog = QueryNode.Text(node, "catalog_name"), schema = QueryNode.Text(node, "schema_name"), name = QueryNode.Text(node, "table_name");
                bool isKnown = catalog.Length > 0
                    ? _tables.Contains($"{Sql.Name(catalog)}.{Sql.Name(schema)}.{Sql.Name(name)}")
                    : schema.Length == 0 ? local.Contains(name) : schema.Equals(QueryNode.Recurring, StringComparison.OrdinalIgnoreCase) && local.Contains(Recurring(name));
                if (!isKnown) _unknown ??= schema.Length == 0 ? name : $"{(catalog.Length > 0 ? catalog + "." : "")}{schema}.{name}";
                break;
            case "TABLE_FUNCTION" when node.TryGetProperty("function", out JsonElement function) && !s_harmless.Contains(QueryNode.Text(function, "function_name")):
                throw Reaches(QueryNode.Text(function, "function_name"));
            case "FUNCTION" when s_harmful.Contains(QueryNode.Text(node, "function_name")):
                throw Reaches(QueryNode.Text(node, "function_name"));
            case "SHOW_REF" when !node.TryGetProperty("query", out JsonElement query) || query.ValueKind != JsonValueKind.Object:
                throw IcebergException.Unsupported("SHOW and DESCRIBE without a table show the engine's own. Get-IcebergTable lists the tables of the catalog.");
        }
    }

    private IcebergException Reaches(string function) => IcebergException.Unsupported(
        $"The query calls {function}(), which may reach beyond the catalog's tables.{(_isConstant ? "" : " -AllowFileAccess lets queries do that.")}");
}
