namespace DeltaTools.Core.Expressions;

/// <summary>The tokens of a filter and the place of the parser in them.</summary>
internal sealed class FilterReader(string text)
{
    private readonly List<FilterToken> _tokens = new FilterLexer(text).Tokens();
    private int _index;

    public FilterToken Current => _tokens[_index];

    public FilterToken Following => _tokens[Math.Min(_index + 1, _tokens.Count - 1)];

    public FilterToken Previous => _tokens[_index - 1];

    public FilterToken Take()
    {
        FilterToken token = Current;
        if (token.Kind != FilterTokenKind.End) _index++;
        return token;
    }

    public bool Take(string keyword)
    {
        if (!Current.Is(keyword)) return false;
        _index++;
        return true;
    }

    public bool TakeSymbol(string symbol)
    {
        if (!Current.IsSymbol(symbol)) return false;
        _index++;
        return true;
    }

    public void Require(string keyword, string expected)
    {
        if (!Take(keyword)) throw Expected(expected);
    }

    public void RequireSymbol(string symbol, string expected)
    {
        if (!TakeSymbol(symbol)) throw Expected(expected);
    }

    public IcebergException Expected(string what) => ExpectedAt(Current.Start, what);

    public IcebergException ExpectedAt(int index, string what) => FilterError.At(text, index, what);
}
