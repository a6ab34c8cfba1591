using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A table as of a snapshot or a time, which stands in a query under another name.</summary>
/// <param name="Stand">The table's name in the query that the engine gets.</param>
/// <param name="Table">Namespace and name as they were written.</param>
internal sealed record TimeTravel(string Stand, ImmutableArray<string> Table, long? SnapshotId, string? Ref, DateTimeOffset? Time)
{
    /// <summary>Words that cannot be the alias of the table before them.</summary>
    private static readonly FrozenSet<string> s_clauses = new[]
    {
        "where", "join", "inner", "left", "right", "full", "cross", "natural", "on", "using", "group", "order", "having", "limit", "offset", "union",
        "except", "intersect", "window", "qualify", "semi", "anti", "asof", "positional", "lateral", "sample", "tablesample", "fetch", "for", "pivot", "unpivot",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes <c>FOR VERSION AS OF</c> and <c>FOR TIMESTAMP AS OF</c> out of a query.</summary>
    /// <returns>The query with other names in their places, and what these stand for.</returns>
    /// <exception cref="IcebergException">InvalidArgument: no version or time follows.</exception>
    public static (string Sql, ImmutableArray<TimeTravel> Travels) Extract(string sql)
    {
        List<QueryToken> tokens = QueryToken.Scan(sql);
        var text = new StringBuilder();
        List<TimeTravel> travels = [];
        int copied = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].IsName || (i > 0 && tokens[i - 1].Is("."))) continue;
            int end = i;
            while (end + 2 < tokens.Count && tokens[end + 1].Is(".") && tokens[end + 2].IsName) end += 2;
            if (end + 4 >= tokens.Count || !tokens[end + 1].Is("for") || !tokens[end + 3].Is("as") || !tokens[end + 4].Is("of")) continue;
            bool isVersion = tokens[end + 2].Is("version");
            if (!isVersion && !tokens[end + 2].Is("timestamp")) continue;
            ImmutableArray<string> table = [.. tokens[i..(end + 1)].Where(t => t.IsName).Select(t => t.Text)];
            string stand = string.Create(CultureInfo.InvariantCulture, $"{table[^1]}@{travels.Count + 1}");
            (TimeTravel travel, int next) = isVersion ? Version(tokens, end + 5, stand, table) : Timestamp(tokens, end + 5, stand, table);
            travels.Add(travel);
            text.Append(sql, copied, tokens[i].Start - copied);
            text.Append(string.Join('.', table[..^1].Append(stand).Select(SqlLiteral.Name)));
            bool hasAlias = next < tokens.Count && (tokens[next].Is("as") || (tokens[next].IsName && !s_clauses.Contains(tokens[next].Text)));
            if (!hasAlias) text.Append(" AS ").Append(SqlLiteral.Name(table[^1]));
            copied = tokens[next - 1].End;
            text.Append(' ');
            i = next - 1;
        }
        return (text.Append(sql, copied, sql.Length - copied).ToString(), [.. travels]);
    }

    /// <exception cref="IcebergException">SnapshotNotFound, RefNotFound.</exception>
    public (Snapshot? Snapshot, Schema Schema) Select(TableMetadata metadata) =>
        SnapshotId is { } id ? SnapshotSelection.ById(metadata, id)
        : Ref is { } name ? SnapshotSelection.ByRef(metadata, name) : SnapshotSelection.AsOf(metadata, Time!.Value);

    /// <summary>The id of a snapshot, or the name of a branch or tag.</summary>
    private static (TimeTravel Travel, int Next) Version(List<QueryToken> tokens, int at, string stand, ImmutableArray<string> table)
    {
        if (at < tokens.Count && tokens[at].Kind == QueryTokenKind.Number && long.TryParse(tokens[at].Text, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
            return (new(stand, table, id, null, null), at + 1);
        return at < tokens.Count && tokens[at].Kind == QueryTokenKind.Text ? (new(stand, table, null, Unquoted(tokens[at]), null), at + 1)
            : throw IcebergException.Invalid("After FOR VERSION AS OF must stand the id of a snapshot, or the name of a branch or tag in single quotes.");
    }

    private static (TimeTravel Travel, int Next) Timestamp(List<QueryToken> tokens, int at, string stand, ImmutableArray<string> table)
    {
        if (at + 1 < tokens.Count && tokens[at].Is("timestamp")) at++;
        // Times without a zone are of UTC, as in Athena.
        if (at < tokens.Count && tokens[at].Kind == QueryTokenKind.Text && DateTimeOffset.TryParse(
                Unquoted(tokens[at]).Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return (new(stand, table, null, null, time), at + 1);
        }
        throw IcebergException.Invalid("After FOR TIMESTAMP AS OF must stand a time such as TIMESTAMP '2023-06-08 16:26:05 UTC'.");
    }

    private static string Unquoted(QueryToken token) => token.Text.StartsWith('\'') ? token.Text[1..^1].Replace("''", "'", StringComparison.Ordinal) : token.Text;
}
