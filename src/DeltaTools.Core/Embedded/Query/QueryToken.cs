using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A piece of a query's text.</summary>
/// <param name="Start">Where it begins; it ends before <paramref name="End"/>.</param>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Start, int End)
{
    /// <summary>Whether it is the keyword or symbol.</summary>
    public bool Is(string word) => Kind is QueryTokenKind.Word or QueryTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsName => Kind is QueryTokenKind.Word or QueryTokenKind.Quoted;

    /// <summary>Cuts a query into its pieces; comments and spaces are left out. What is not closed ends with the text.</summary>
    public static List<QueryToken> Scan(string sql)
    {
        List<QueryToken> tokens = [];
        for (int i = 0; i < sql.Length;)
        {
            char c = sql[i];
            int start = i;
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            if (sql.AsSpan(i).StartsWith("--"))
            {
                int end = sql.IndexOf('\n', i);
                i = end < 0 ? sql.Length : end;
                continue;
            }
            if (sql.AsSpan(i).StartsWith("/*"))
            {
                int end = sql.IndexOf("*/", i + 2, StringComparison.Ordinal);
                i = end < 0 ? sql.Length : end + 2;
                continue;
            }
            QueryTokenKind kind = QueryTokenKind.Symbol;
            if (c is '\'' or '"')
            {
                kind = c == '"' ? QueryTokenKind.Quoted : QueryTokenKind.Text;
                i = EndOfQuote(sql, i);
            }
            else if (c == '$' && DollarTag(sql, i) is { } tag)
            {
                kind = QueryTokenKind.Text;
                int end = sql.IndexOf(tag, i + tag.Length, StringComparison.Ordinal);
                i = end < 0 ? sql.Length : end + tag.Length;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                kind = QueryTokenKind.Word;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '$')) i++;
            }
            else if (char.IsDigit(c))
            {
                kind = QueryTokenKind.Number;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '.' or '_')) i++;
            }
            else
            {
                i++;
            }
            string text = kind == QueryTokenKind.Quoted
                ? sql[(start + 1)..Math.Max(start + 1, i - 1)].Replace("\"\"", "\"", StringComparison.Ordinal) : sql[start..i];
            tokens.Add(new(kind, text, start, i));
        }
        return tokens;
    }

    /// <summary>The text with question marks replaced by constants.</summary>
    /// <exception cref="IcebergException">InvalidArgument: not as many values as question marks.</exception>
    public static string Bind(string sql, IReadOnlyList<string> constants)
    {
        List<QueryToken> marks = [.. Scan(sql).Where(t => t.Is("?"))];
        if (marks.Count != constants.Count)
            throw IcebergException.Invalid($"The query has {marks.Count} question marks, and -Parameter has {constants.Count} values.");
        for (int i = marks.Count - 1; i >= 0; i--) sql = $"{sql[..marks[i].Start]} {constants[i]} {sql[marks[i].End..]}";
        return sql;
    }

    public override string ToString() => Kind == QueryTokenKind.Quoted ? SqlLiteral.Name(Text) : Text;

    private static int EndOfQuote(string sql, int start)
    {
        char quote = sql[start];
        for (int i = start + 1; i < sql.Length; i++)
        {
            if (sql[i] != quote) continue;
            if (i + 1 < sql.Length && sql[i + 1] == quote) i++;
            else return i + 1;
        }
        return sql.Length;
    }

    /// <summary><c>$$</c> or <c>$tag$</c>, when one begins here.</summary>
    private static string? DollarTag(string sql, int start)
    {
        int end = start + 1;
        while (end < sql.Length && (char.IsLetter(sql[end]) || sql[end] == '_')) end++;
        return end < sql.Length && sql[end] == '$' ? sql[start..(end + 1)] : null;
    }
}

internal enum QueryTokenKind
{
    Word,
    /// <summary>A name in double quotes; its text is the name.</summary>
    Quoted,
    /// <summary>A literal in single quotes or between dollar signs.</summary>
    Text,
    Number,
    Symbol,
}
