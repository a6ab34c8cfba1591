using System.Text.Json;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Reads queries with the engine's own grammar, and works out constants.</summary>
/// <remarks>
/// Reading runs nothing, so any session will do, and that of the query costs no second one. Constants that call functions are worked out in a
/// session of their own that has no tables and reaches nothing.
/// </remarks>
/// <param name="session">Stays the caller's.</param>
internal sealed class QueryParser(DuckSession session) : IDisposable
{
    /// <summary>Twice what the engine takes, for each of its levels is two of the tree.</summary>
    private const int MaxDepth = 2200;
    private DuckSession? _shut;

    /// <summary>The tree of one SELECT.</summary>
    /// <exception cref="IcebergException">InvalidArgument: it is no SELECT, or wrong.</exception>
    public async Task<JsonElement> ParseAsync(string sql, CancellationToken cancel)
    {
        string text = (string)(await OneAsync(session, $"CAST(json_serialize_sql({Sql.Text(sql)}) AS VARCHAR)", cancel).ConfigureAwait(false))!;
        using JsonDocument tree = Tree(text);
        JsonElement root = tree.RootElement;
        if (root.GetProperty("error").GetBoolean()) throw Error(sql, root);
        JsonElement statements = root.GetProperty("statements");
        return statements.GetArrayLength() == 1 ? statements[0].Clone() : throw IcebergException.Invalid("One query at a time, please.");
    }

    /// <summary>The value of a constant expression.</summary>
    /// <exception cref="IcebergException">InvalidArgument, Unsupported: it is none, or reaches for something.</exception>
    public async Task<object?> ValueAsync(string expression, CancellationToken cancel)
    {
        JsonElement tree = await ParseAsync($"SELECT {expression}", cancel).ConfigureAwait(false);
        bool isLiteral = QueryGuard.CheckConstant(tree);
        return await OneAsync(isLiteral ? session : await ShutAsync(cancel).ConfigureAwait(false), expression, cancel).ConfigureAwait(false);
    }

    /// <summary>The last of the texts that is an expression, or -1.</summary>
    public async Task<int> LongestAsync(IReadOnlyList<string> texts, CancellationToken cancel)
    {
        if (texts.Count == 0) return -1;
        string list = string.Join(", ", texts.Select((t, i) => FormattableString.Invariant($"({i}, {Sql.Text($"SELECT ({t})")})")));
        return (int)(await OneAsync(
            session, $"(SELECT coalesce(max(n), -1)::INTEGER FROM (VALUES {list}) v(n, s) WHERE NOT CAST(json_extract(json_serialize_sql(s), '$.error') AS BOOLEAN))", cancel).ConfigureAwait(false))!;
    }

    public void Dispose() => _shut?.Dispose();

    private async Task<DuckSession> ShutAsync(CancellationToken cancel)
    {
        if (_shut is not null) return _shut;
        _shut = DuckSession.Open(new DuckOptions { Threads = 1 });
        await QueryFence.CloseAsync(_shut, [], cancel).ConfigureAwait(false);
        return _shut;
    }

    private static async Task<object?> OneAsync(DuckSession session, string expression, CancellationToken cancel) =>
        (await RowReader.ReadAllAsync(session, $"SELECT {expression}", [], ValueForm.User, cancel).ConfigureAwait(false))[0][0];

    private static JsonDocument Tree(string text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw new IcebergException(IcebergErrorKind.Unsupported, "The query is nested too deeply to be read.", e);
        }
    }

    private static IcebergException Error(string sql, JsonElement error)
    {
        string message = error.TryGetProperty("error_message", out JsonElement text) ? text.GetString()! : "it cannot be read";
        if (!message.Contains("Only SELECT", StringComparison.Ordinal)) return IcebergException.Invalid($"The query cannot be read: {message}{Place(sql, error)}");
        return IcebergException.Invalid(QueryToken.Scan(sql).Any(t => t.Is("pivot") || t.Is("pivot_wider"))
            ? "PIVOT must list the values that become columns: PIVOT hr.employee ON department_id IN (1, 2) USING count(*)."
            : "Only SELECT can be run here. Rows are changed by Import-Delta and Invoke-IcebergMerge; on tables of Glue other statements run with -Engine Athena.");
    }

    /// <summary>The line and column, when the engine tells the place; it does not count the spaces of several bytes, so only in ASCII.</summary>
    private static string Place(string sql, JsonElement error)
    {
        if (!error.TryGetProperty("position", out JsonElement position) || !int.TryParse(position.GetString(), out int at) || at > sql.Length || !System.Text.Ascii.IsValid(sql)) return "";
        int line = sql.AsSpan(0, at).Count('\n'), start = sql.AsSpan(0, at).LastIndexOf('\n') + 1;
        return FormattableString.Invariant($" (line {line + 1}, column {at - start + 1})");
    }
}
