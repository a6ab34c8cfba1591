using System.Text;

namespace DeltaTools.TestServers.Athena;

/// <summary>Cuts Athena's SQL into tokens, and makes DuckDB's of them where the two differ.</summary>
internal static class SqlText
{
    /// <exception cref="AthenaFailure">Something is not closed.</exception>
    public static List<SqlToken> Tokens(string sql)
    {
        // In Hive's statements, which are told by their quotation marks, a backslash begins an escape.
        bool isHive = sql.Contains('`', StringComparison.Ordinal) && sql.TrimStart().StartsWith("CREATE TABLE `", StringComparison.OrdinalIgnoreCase);
        List<SqlToken> tokens = [];
        for (int i = 0; i < sql.Length;)
        {
            char c = sql[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '-' && sql.AsSpan(i).StartsWith("--"))
            {
                int end = sql.IndexOf('\n', i);
                i = end < 0 ? sql.Length : end;
            }
            else if (c is '"' or '`' or '\'')
            {
                (string text, int end) = Quoted(sql, i, isHive && c == '\'');
                tokens.Add(c == '\'' ? new(SqlTokenKind.Text, isHive ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : sql[i..end]) : new(c == '`' ? SqlTokenKind.Backticked : SqlTokenKind.Quoted, text));
                i = end;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                int end = End(sql, i, ch => char.IsLetterOrDigit(ch) || ch is '_' or '$');
                tokens.Add(new(SqlTokenKind.Word, sql[i..end]));
                i = end;
            }
            else if (char.IsDigit(c))
            {
                int end = End(sql, i, ch => char.IsLetterOrDigit(ch) || ch == '.');
                // An exponent may have a sign.
                if (sql[end - 1] is 'e' or 'E' && end < sql.Length && sql[end] is '+' or '-') end = End(sql, end + 1, char.IsDigit);
                tokens.Add(new(SqlTokenKind.Number, sql[i..end]));
                i = end;
            }
            else
            {
                int length = i + 1 < sql.Length && sql.Substring(i, 2) is "<>" or "<=" or ">=" or "!=" or "||" or "->" or "=>" ? 2 : 1;
                tokens.Add(new(SqlTokenKind.Symbol, sql.Substring(i, length)));
                i += length;
            }
        }
        return tokens;
    }

    /// <summary>The tokens as one statement of DuckDB.</summary>
    public static string ToDuck(IReadOnlyList<SqlToken> tokens)
    {
        List<SqlToken> duck = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            SqlToken token = tokens[i];
            if (token.Is("ignore") && Next(tokens, i).Is("nulls") && duck[^1].Is(")"))
            {
                duck.InsertRange(duck.Count - 1, [token, tokens[i + 1]]);
                i++;
            }
            else if (token.Is("x") && Next(tokens, i).Kind == SqlTokenKind.Text)
            {
                duck.AddRange([Word("unhex"), Symbol("("), tokens[++i], Symbol(")")]);
            }
            else if (token.Is("u") && Next(tokens, i).Is("&") && i + 2 < tokens.Count && tokens[i + 2].Kind == SqlTokenKind.Text)
            {
                duck.Add(new(SqlTokenKind.Text, Unescaped(tokens[i + 2].Text)));
                i += 2;
            }
            else if (token.Is("array") && Next(tokens, i).Is("(") && Next(tokens, i + 1).Is("varchar"))
            {
                duck.Add(Word("varchar[]"));
                i += 3;
            }
            else if (token.Is("timestamp") && Next(tokens, i).Is("("))
            {
                bool zoned = i + 6 < tokens.Count && tokens[i + 4].Is("with") && tokens[i + 5].Is("time") && tokens[i + 6].Is("zone");
                duck.Add(Word(zoned ? "timestamptz" : "timestamp"));
                i += zoned ? 6 : 3;
            }
            else
            {
                duck.Add(token);
            }
        }
        return Join(duck);
    }

    /// <summary>A literal with Unicode escapes as DuckDB's.</summary>
    private static string Unescaped(string literal)
    {
        var text = new StringBuilder();
        string inner = literal[1..^1].Replace("''", "'", StringComparison.Ordinal);
        for (int i = 0; i < inner.Length; i++)
        {
            if (inner[i] != '\\') text.Append(inner[i]);
            else if (inner[i + 1] == '\\') text.Append(inner[++i]);
            else
            {
                text.Append((char)Convert.ToInt32(inner.Substring(i + 1, 4), 16));
                i += 4;
            }
        }
        return DeltaTools.Core.Embedded.Sql.Text(text.ToString());
    }

    public static string Join(IEnumerable<SqlToken> tokens)
    {
        var text = new StringBuilder();
        SqlToken? last = null;
        foreach (SqlToken token in tokens)
        {
            bool tight = last is null || last.Is(".") || token.Is(".");
            if (!tight) text.Append(' ');
            text.Append(token);
            last = token;
        }
        return text.ToString();
    }

    public static SqlToken Word(string text) => new(SqlTokenKind.Word, text);

    public static SqlToken Symbol(string text) => new(SqlTokenKind.Symbol, text);

    public static SqlToken Next(IReadOnlyList<SqlToken> tokens, int index) => index + 1 < tokens.Count ? tokens[index + 1] : Symbol(";");

    /// <summary>Index of the first token outside parentheses that is the word, from a start on; the number of tokens when there is none.</summary>
    public static int Find(IReadOnlyList<SqlToken> tokens, int start, string word)
    {
        int depth = 0;
        for (int i = start; i < tokens.Count; i++)
        {
            if (depth == 0 && tokens[i].Is(word)) return i;
            if (tokens[i].Is("(")) depth++;
            if (tokens[i].Is(")")) depth--;
        }
        return tokens.Count;
    }

    private static (string Text, int End) Quoted(string sql, int start, bool hasEscapes)
    {
        char quote = sql[start];
        var text = new StringBuilder();
        for (int i = start + 1; i < sql.Length; i++)
        {
            if (hasEscapes && sql[i] == '\\' && i + 1 < sql.Length) text.Append(sql[++i]);
            else if (sql[i] != quote) text.Append(sql[i]);
            else if (i + 1 < sql.Length && sql[i + 1] == quote) text.Append(sql[i++]);
            else return (text.ToString(), i + 1);
        }
        throw AthenaFailure.User("SYNTAX_ERROR", $"mismatched input at position {start}: a quotation is not closed");
    }

    private static int End(string sql, int start, Func<char, bool> belongs)
    {
        int end = start;
        while (end < sql.Length && belongs(sql[end])) end++;
        return end;
    }
}
