using System.Collections.Immutable;
using DeltaTools.Core.Expressions;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>A piece of a query's text, cut as the engine cuts it.</summary>
/// <param name="Text">The piece as it stands; of a name in double quotes the name.</param>
/// <param name="Start">Where it begins; it ends before <paramref name="End"/>.</param>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Start, int End)
{
    public bool IsName => Kind is QueryTokenKind.Word or QueryTokenKind.Quoted;

    /// <summary>Whether it is the keyword or symbol.</summary>
    public bool Is(string word) => Kind is QueryTokenKind.Word or QueryTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Other text in its place.</summary>
    public QueryEdit Becomes(string text) => new(Start, End, text);

    /// <summary>Cuts a query into its pieces; comments and spaces are left out. What is not closed ends with the text.</summary>
    public static ImmutableArray<QueryToken> Scan(string sql)
    {
        ImmutableArray<QueryToken>.Builder tokens = ImmutableArray.CreateBuilder<QueryToken>();
        for (int i = EndOfGap(sql, 0); i < sql.Length; i = EndOfGap(sql, tokens[^1].End)) tokens.Add(At(sql, i));
        return tokens.ToImmutable();
    }

    private static QueryToken At(string sql, int start)
    {
        char c = sql[start], next = start + 1 < sql.Length ? sql[start + 1] : '\0';
        if (c == '"')
        {
            int close = EndOfQuote(sql, start, escapes: false);
            string name = sql[(start + 1)..Math.Max(start + 1, close - 1)].Replace("\"\"", "\"", StringComparison.Ordinal);
            return new(QueryTokenKind.Quoted, name, start, close);
        }
        (QueryTokenKind kind, int end) = c switch
        {
            '\'' => (QueryTokenKind.Text, EndOfQuote(sql, start, escapes: false)),
            'e' or 'E' when next == '\'' => (QueryTokenKind.Text, EndOfQuote(sql, start + 1, escapes: true)),
            'x' or 'X' or 'b' or 'B' when next == '\'' => (QueryTokenKind.Text, EndOfQuote(sql, start + 1, escapes: false)),
            '$' when DollarTag(sql, start) is { } tag => (QueryTokenKind.Text, EndOf(sql, tag, start + tag.Length)),
            '$' => (QueryTokenKind.Parameter, EndOfWord(sql, start + 1)),
            '?' => (QueryTokenKind.Parameter, start + 1),
            _ when IsLetter(c) => (QueryTokenKind.Word, EndOfWord(sql, start)),
            _ when char.IsAsciiDigit(c) => (QueryTokenKind.Number, EndOfNumber(sql, start)),
            _ => (QueryTokenKind.Symbol, start + 1),
        };
        return new(kind, sql[start..end], start, end);
    }

    public override string ToString() => Kind == QueryTokenKind.Quoted ? SqlLiteral.Name(Text) : Text;

    /// <summary>Behind spaces and comments, of which those between <c>/*</c> and <c>*/</c> may hold others.</summary>
    private static int EndOfGap(string sql, int i)
    {
        while (i < sql.Length)
        {
            if (IsSpace(sql[i])) i++;
            else if (sql.AsSpan(i).StartsWith("--")) i = sql.AsSpan(i).IndexOfAny('\n', '\r') is var line and >= 0 ? i + line : sql.Length;
            else if (sql.AsSpan(i).StartsWith("/*")) i = EndOfComment(sql, i);
            else break;
        }
        return i;
    }

    private static int EndOfComment(string sql, int i)
    {
        int depth = 0;
        for (; i < sql.Length; i++)
        {
            bool opens = sql.AsSpan(i).StartsWith("/*"), closes = sql.AsSpan(i).StartsWith("*/");
            if (!opens && !closes) continue;
            depth += opens ? 1 : -1;
            i++;
            if (depth == 0) return i + 1;
        }
        return sql.Length;
    }

    private static int EndOfQuote(string sql, int start, bool escapes)
    {
        char quote = sql[start];
        for (int i = start + 1; i < sql.Length; i++)
        {
            if (escapes && sql[i] == '\\') i++;
            else if (sql[i] == quote && i + 1 < sql.Length && sql[i + 1] == quote) i++;
            else if (sql[i] == quote) return i + 1;
        }
        return sql.Length;
    }

    private static int EndOf(string sql, string tag, int from) =>
        sql.IndexOf(tag, from, StringComparison.Ordinal) is var end and >= 0 ? end + tag.Length : sql.Length;

    private static int EndOfWord(string sql, int i)
    {
        while (i < sql.Length && (IsLetter(sql[i]) || char.IsAsciiDigit(sql[i]) || sql[i] == '$')) i++;
        return i;
    }

    private static int EndOfNumber(string sql, int i)
    {
        while (i < sql.Length && (char.IsAsciiLetterOrDigit(sql[i]) || sql[i] is '.' or '_')) i++;
        return i;
    }

    /// <summary><c>$$</c> or <c>$tag$</c>, when one begins here; <c>$1</c> is a parameter.</summary>
    private static string? DollarTag(string sql, int start)
    {
        int end = start + 1;
        while (end < sql.Length && (IsLetter(sql[end]) || (end > start + 1 && char.IsAsciiDigit(sql[end])))) end++;
        return end < sql.Length && sql[end] == '$' ? sql[start..(end + 1)] : null;
    }

    /// <summary>Whatever is no ASCII and no space is a letter to the engine.</summary>
    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_' || (c >= 0x80 && !IsSpace(c));

    private static bool IsSpace(char c) =>
        c is ' ' or (>= '\t' and <= '\r') or '\u00A0' or (>= '\u2000' and <= '\u200D') or '\u202F' or '\u205F' or '\u2060' or '\u3000' or '\uFEFF';
}

internal enum QueryTokenKind
{
    Word,
    /// <summary>A name in double quotes; its text is the name.</summary>
    Quoted,
    /// <summary>A literal in single quotes or between dollar signs.</summary>
    Text,
    Number,
    /// <summary><c>?</c>, <c>$1</c> or <c>$name</c>.</summary>
    Parameter,
    Symbol,
}
