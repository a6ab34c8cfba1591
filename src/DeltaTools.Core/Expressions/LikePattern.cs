using System.Text;

namespace DeltaTools.Core.Expressions;

/// <summary>Patterns of LIKE in one form: <c>%</c> any text, <c>_</c> any one code point, a backslash takes the character after it as it is.</summary>
public static class LikePattern
{
    public const char Escape = '\\';

    /// <summary>Brings a pattern as written, with its own escape character or none, into the form used here.</summary>
    /// <returns>Null when the escape character is followed by neither a wildcard nor itself.</returns>
    public static string? Normalize(string pattern, char? escape)
    {
        StringBuilder result = new(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == escape)
            {
                if (++i == pattern.Length || (pattern[i] is not ('%' or '_') && pattern[i] != escape)) return null;
                AppendLiteral(result, pattern[i]);
            }
            else if (c == '%')
            {
                // A run of % means what one means; a pattern of many would make matching slow.
                if (i == 0 || result.Length == 0 || !EndsWithPercent(result)) result.Append(c);
            }
            else if (c == '_') result.Append(c);
            else AppendLiteral(result, c);
        }
        return result.ToString();
    }

    /// <summary>The pattern that matches exactly the text.</summary>
    public static string Quote(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text) AppendLiteral(result, c);
        return result.ToString();
    }

    /// <summary>The text that every match starts with, and what follows it: nothing, one <c>%</c>, or more.</summary>
    public static (string Prefix, string Wildcards) Split(string pattern)
    {
        StringBuilder prefix = new();
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '%' or '_') return (prefix.ToString(), pattern[i..]);
            if (pattern[i] == Escape) i++;
            prefix.Append(pattern[i]);
        }
        return (prefix.ToString(), "");
    }

    /// <summary>Whether every backslash has a character after it.</summary>
    public static bool IsWellFormed(string pattern)
    {
        int i = 0;
        while (i < pattern.Length) i += pattern[i] == Escape ? 2 : 1;
        return i == pattern.Length;
    }

    public static bool Matches(string pattern, string text)
    {
        // On a mismatch it is enough to let the last % swallow one code point more: earlier ones need not be tried again.
        int p = 0, t = 0, afterPercent = -1, restart = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                afterPercent = ++p;
                restart = t;
            }
            else if (p < pattern.Length && pattern[p] == '_')
            {
                p++;
                t += WidthAt(text, t);
            }
            else if (p < pattern.Length && LiteralAt(pattern, p) == text[t])
            {
                p += pattern[p] == Escape ? 2 : 1;
                t++;
            }
            else if (afterPercent >= 0)
            {
                restart += WidthAt(text, restart);
                t = restart;
                p = afterPercent;
            }
            else return false;
        }
        return pattern.AsSpan(p).TrimStart('%').IsEmpty;
    }

    private static bool EndsWithPercent(StringBuilder pattern)
    {
        if (pattern[^1] != '%') return false;
        int escapes = 0;
        while (escapes + 2 <= pattern.Length && pattern[^(escapes + 2)] == Escape) escapes++;
        return escapes % 2 == 0;
    }

    private static void AppendLiteral(StringBuilder result, char c)
    {
        if (c is '%' or '_' or Escape) result.Append(Escape);
        result.Append(c);
    }

    private static char LiteralAt(string pattern, int i) => pattern[i] == Escape ? pattern[i + 1] : pattern[i];

    private static int WidthAt(string text, int i) => char.IsSurrogatePair(text, i) ? 2 : 1;
}
