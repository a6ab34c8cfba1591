using System.Collections.Immutable;

namespace DeltaTools.Core.Expressions;

/// <summary>Cuts the text of a filter into tokens; the last one is the end.</summary>
internal sealed class FilterLexer(string text)
{
    private static readonly ImmutableArray<string> Symbols = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", ".", "-", "+"];

    public List<FilterToken> Tokens()
    {
        List<FilterToken> tokens = [];
        int i = 0;
        while (true)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i])) i++;
            FilterToken token = Next(i);
            tokens.Add(token);
            if (token.Kind == FilterTokenKind.End) return tokens;
            i = token.End;
        }
    }

    public static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private FilterToken Next(int i)
    {
        if (i == text.Length) return new(FilterTokenKind.End, "", i, i);
        char c = text[i];
        if (c is '\'' or '"') return Quoted(i, c);
        if (IsNameStart(c)) return Word(i);
        if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))) return Number(i);
        return Symbols.FirstOrDefault(s => string.CompareOrdinal(text, i, s, 0, s.Length) == 0) is { } symbol
            ? new(FilterTokenKind.Symbol, symbol, i, i + symbol.Length)
            : throw FilterError.At(text, i, c is '‘' or '’' or '“' or '”'
                ? $"the straight quote ' around text or \" around a name instead of {c}" : $"a column, a literal or an operator instead of {c}");
    }

    private FilterToken Quoted(int start, char quote)
    {
        int i = start + 1;
        while (true)
        {
            i = text.IndexOf(quote, i);
            if (i < 0) throw FilterError.At(text, start, $"a closing {quote} for this one");
            if (i + 1 == text.Length || text[i + 1] != quote) break;
            i += 2;
        }
        string value = text[(start + 1)..i].Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
        return new(quote == '"' ? FilterTokenKind.QuotedName : FilterTokenKind.Text, value, start, i + 1);
    }

    private FilterToken Word(int start)
    {
        int i = start + 1;
        while (i < text.Length && IsNamePart(text[i])) i++;
        return new(FilterTokenKind.Word, text[start..i], start, i);
    }

    private FilterToken Number(int start)
    {
        int i = Digits(start);
        if (i < text.Length && text[i] == '.') i = Digits(i + 1);
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            int exponent = i + 1 < text.Length && text[i + 1] is '+' or '-' ? i + 2 : i + 1;
            i = Digits(exponent);
            if (i == exponent) throw FilterError.At(text, start, "digits after the e of the number");
        }
        if (i < text.Length && IsNamePart(text[i])) throw FilterError.At(text, start, "a number without letters, or a name in double quotes");
        return new(FilterTokenKind.Number, text[start..i], start, i);
    }

    private int Digits(int i)
    {
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        return i;
    }
}
