namespace DeltaTools.Core.Expressions;

internal enum FilterTokenKind { Word, QuotedName, Text, Number, Symbol, End }

/// <param name="Value">Word or symbol as written; name and text without their quotes.</param>
/// <param name="Start">Index of the first character.</param>
/// <param name="End">Index after the last character.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int Start, int End)
{
    public bool Is(string keyword) => Kind == FilterTokenKind.Word && Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == FilterTokenKind.Symbol && Value == symbol;
}
