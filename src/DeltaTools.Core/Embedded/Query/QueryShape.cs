using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>What a query names, as the engine itself reads it.</summary>
/// <param name="Tables">Tables with a namespace: namespace and name.</param>
internal sealed record QueryShape(ImmutableArray<(string Namespace, string Name)> Tables)
{
    /// <summary>Table functions that make rows of nothing but their arguments.</summary>
    private static readonly FrozenSet<string> s_harmless = new[]
    {
        "unnest", "range", "generate_series", "repeat", "repeat_row", "json_each", "json_tree", "summary",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly System.Buffers.SearchValues<char> s_path = System.Buffers.SearchValues.Create("./\\:*?");

    /// <param name="allowFiles">Leaves files and functions that read them alone.</param>
    /// <exception cref="IcebergException">InvalidArgument: no SELECT, bad SQL; Unsupported: it reaches for files.</exception>
    public static async Task<QueryShape> OfAsync(DuckSession session, string sql, bool allowFiles, CancellationToken cancel)
    {
        List<object?[]> rows = await RowReader.ReadAllAsync(
            session, $"SELECT CAST(json_serialize_sql({Sql.Text(sql)}) AS VARCHAR)", [], ValueForm.User, cancel).ConfigureAwait(false);
        using JsonDocument tree = JsonDocument.Parse((string)rows[0][0]!, new JsonDocumentOptions { MaxDepth = 2000 });
        JsonElement root = tree.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            string message = root.TryGetProperty("error_message", out JsonElement text) ? text.GetString()! : "it cannot be read";
            throw IcebergException.Invalid(message.Contains("SELECT", StringComparison.Ordinal)
                ? "Only SELECT can be run here. Rows are changed by Import-Delta and Invoke-IcebergMerge."
                : $"The query cannot be read: {message}");
        }
        if (root.GetProperty("statements").GetArrayLength() != 1) throw IcebergException.Invalid("One query at a time, please.");
        var names = new Names();
        names.Walk(root.GetProperty("statements")[0]);
        if (!allowFiles) names.Refuse();
        return new([.. names.Tables.Where(t => t.Namespace.Length > 0).Distinct()]);
    }

    private sealed class Names
    {
        private readonly HashSet<string> _local = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<string> _functions = [];

        public List<(string Namespace, string Name)> Tables { get; } = [];

        public void Walk(JsonElement node)
        {
            switch (node.ValueKind)
            {
                case JsonValueKind.Array:
                    foreach (JsonElement item in node.EnumerateArray()) Walk(item);
                    break;
                case JsonValueKind.Object:
                    Look(node);
                    foreach (JsonProperty member in node.EnumerateObject()) Walk(member.Value);
                    break;
            }
        }

        /// <summary>The engine takes unknown names for those of files, so every name must be known.</summary>
        public void Refuse()
        {
            if (_functions.FirstOrDefault(f => !s_harmless.Contains(f)) is { } function)
            {
                throw IcebergException.Unsupported(
                    $"The query calls {function}(), which may reach beyond the catalog's tables. -AllowFileAccess lets queries do that.");
            }
            if (_local.FirstOrDefault(n => n.AsSpan().ContainsAny(s_path)) is { } odd)
                throw IcebergException.Unsupported($"The name '{odd}' in WITH could be that of a file. Choose another.");
            foreach ((string ns, string name) in Tables)
            {
                if (ns.Length > 0 || _local.Contains(name)) continue;
                throw new IcebergException(IcebergErrorKind.TableNotFound,
                    $"The query names '{name}', which is no table of the catalog. Write namespace.table, such as hr.employee; -AllowFileAccess lets queries read files.");
            }
        }

        private void Look(JsonElement node)
        {
            if (Text(node, "type") is "BASE_TABLE")
            {
                string ns = Text(node, "schema_name") ?? "", catalog = Text(node, "catalog_name") ?? "";
                Tables.Add((catalog.Length > 0 ? $"{catalog}.{ns}" : ns, Text(node, "table_name") ?? ""));
            }
            else if (Text(node, "type") is "TABLE_FUNCTION" && node.TryGetProperty("function", out JsonElement function))
            {
                _functions.Add(Text(function, "function_name") ?? "?");
            }
            if (node.TryGetProperty("cte_map", out JsonElement ctes) && ctes.TryGetProperty("map", out JsonElement map))
            {
                foreach (JsonElement entry in map.EnumerateArray()) _local.Add(Text(entry, "key") ?? "");
            }
            // Recursive queries name themselves.
            if (Text(node, "cte_name") is { } own) _local.Add(own);
        }

        private static string? Text(JsonElement node, string name) =>
            node.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
