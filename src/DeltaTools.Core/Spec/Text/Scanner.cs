using System.Globalization;
using System.Text;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Reads the small languages of schemas, partitionings and sort orders from left to right; errors name the position.</summary>
/// <param name="text">The text that a user wrote.</param>
/// <param name="what">What it is, for messages: <c>Schema</c>.</param>
internal sealed class Scanner(string text, string what)
{
    /// <summary>Index of the next character.</summary>
    public int Position { get; private set; }

    /// <summary>The column that is being read, for messages.</summary>
    public string? Column { get; set; }

    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return Position == text.Length;
        }
    }

    /// <summary>The next character that is not blank; 0 at the end.</summary>
    public char Next => AtEnd ? '\0' : text[Position];

    public bool Take(char symbol)
    {
        if (Next != symbol) return false;
        Position++;
        return true;
    }

    public void Expect(char symbol)
    {
        if (!Take(symbol)) throw Unexpected($"'{symbol}'");
    }

    /// <summary>Takes the keywords when all of them come next, whatever their case.</summary>
    public bool TakeWords(params ReadOnlySpan<string> words)
    {
        int start = Position;
        foreach (string word in words)
        {
            SkipBlanks();
            int end = Position + word.Length;
            bool isWord = string.Compare(text, Position, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
                && end <= text.Length && (end == text.Length || !IsNamePart(text[end]));
            if (!isWord)
            {
                Position = start;
                return false;
            }
            Position = end;
        }
        return true;
    }

    /// <summary>A word of letters, digits and underscores; null when none comes next.</summary>
    public string? Word()
    {
        SkipBlanks();
        int start = Position;
        while (Position < text.Length && IsNamePart(text[Position])) Position++;
        return Position == start ? null : text[start..Position];
    }

    /// <summary>A name: a word, or anything between backticks or double quotes.</summary>
    public string Name(string wanted)
    {
        if (Next is '`' or '"') return Quoted(wanted);
        return Word() ?? throw Unexpected(wanted);
    }

    /// <summary>Text between quotes of any of the three kinds; a doubled quote stands for one.</summary>
    public string Quoted(string wanted)
    {
        char quote = Next;
        if (quote is not ('\'' or '"' or '`')) throw Unexpected(wanted);
        int start = Position++;
        var content = new StringBuilder();
        while (true)
        {
            int end = text.IndexOf(quote, Position);
            if (end < 0) throw Error($"the {quote} is not closed", start);
            content.Append(text, Position, end - Position);
            Position = end + 1;
            if (Position >= text.Length || text[Position] != quote) break;
            content.Append(quote);
            Position++;
        }
        return content.Length == 0 && quote != '\'' ? throw Error($"{wanted} is empty", start) : content.ToString();
    }

    public int Number(string wanted)
    {
        int start = SkipBlanks();
        string? word = Word();
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : word is null ? throw Unexpected(wanted) : throw Error($"'{word}' is not {wanted}", start);
    }

    /// <summary>Everything up to the symbol, which is taken.</summary>
    public string Until(char symbol)
    {
        int end = text.IndexOf(symbol, Position);
        if (end < 0) throw Error($"'{symbol}' is missing", text.Length);
        string content = text[Position..end];
        Position = end + 1;
        return content;
    }

    /// <summary>Everything up to the next of the characters, or to the end; none of them is taken.</summary>
    public string UpTo(ReadOnlySpan<char> symbols)
    {
        int start = SkipBlanks();
        int length = text.AsSpan(start).IndexOfAny(symbols);
        Position = length < 0 ? text.Length : start + length;
        return text[start..Position];
    }

    public IcebergException Unexpected(string wanted)
    {
        int at = SkipBlanks();
        if (AtEnd) return Error($"{wanted} is missing", at);
        string? word = Word();
        string found = word ?? text[at].ToString();
        return Error($"expected {wanted}, found '{found}'", at);
    }

    /// <param name="position">Index of the character the message is about.</param>
    public IcebergException Error(string message, int position)
    {
        string column = Column is null ? "" : $", column '{Column}'";
        return IcebergException.Invalid($"{what}, position {position + 1}{column}: {message}. It was: {Excerpt(position)}");
    }

    public int SkipBlanks()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position])) Position++;
        return Position;
    }

    /// <summary>A name that needs no quotes as it is, else between double quotes.</summary>
    public static string QuoteName(string name) => name.Length > 0 && name.All(IsNamePart) ? name : $"\"{name.Replace("\"", "\"\"")}\"";

    private string Excerpt(int position)
    {
        const int Around = 40;
        int start = Math.Max(0, Math.Min(position, text.Length) - Around), end = Math.Min(text.Length, position + Around);
        return $"{(start > 0 ? "…" : "")}{text[start..end]}{(end < text.Length ? "…" : "")}";
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
