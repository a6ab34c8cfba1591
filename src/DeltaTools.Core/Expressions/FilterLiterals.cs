namespace DeltaTools.Core.Expressions;

/// <summary>Reads the literals of a filter.</summary>
internal sealed class FilterLiterals(FilterReader reader)
{
    private const string Expected = "a literal, such as 5, 'text', TRUE or DATE '2024-01-31'";

    public bool IsNext => reader.Current.Kind switch
    {
        FilterTokenKind.Text or FilterTokenKind.Number => true,
        FilterTokenKind.Symbol => reader.Current.Value is "-" or "+",
        FilterTokenKind.Word => reader.Current.Is("TRUE") || reader.Current.Is("FALSE") || TypeOfNext is not null,
        _ => false,
    };

    /// <summary>The keyword before a text that gives its type, in upper case. Columns may have such names: only the text after it makes it a literal.</summary>
    private string? TypeOfNext =>
        reader.Current.Kind == FilterTokenKind.Word && reader.Following.Kind == FilterTokenKind.Text
        && reader.Current.Value.ToUpperInvariant() is "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMPTZ" or "UUID" or "X"
            ? reader.Current.Value.ToUpperInvariant() : null;

    public object Read()
    {
        if (reader.Take("TRUE")) return true;
        if (reader.Take("FALSE")) return false;
        if (reader.Current.Is("NULL")) throw reader.Expected("a literal; nothing equals NULL, so write IS NULL or IS NOT NULL");
        if (reader.Current.Is("NAN")) throw reader.Expected("a literal; nothing equals NaN, so write IS NAN or IS NOT NAN");
        if (TypeOfNext is { } type)
        {
            reader.Take();
            return Typed(type, reader.Take());
        }
        if (reader.Current.Kind == FilterTokenKind.Text) return reader.Take().Value;
        int start = reader.Current.Start;
        string sign = reader.TakeSymbol("-") ? "-" : "";
        if (sign.Length == 0) reader.TakeSymbol("+");
        if (reader.Current.Kind != FilterTokenKind.Number) throw reader.Expected(reader.Current.Kind == FilterTokenKind.Word
            ? Expected + " (text goes in single quotes)" : Expected);
        return Literal.ParseNumber(sign + reader.Take().Value)
            ?? throw reader.ExpectedAt(start, "a number of at most 1,000 digits with an exponent of at most 9999");
    }

    private object Typed(string type, FilterToken text)
    {
        object? literal = type switch
        {
            "DATE" => CivilTime.ParseDate(text.Value),
            "TIME" => CivilTime.ParseTime(text.Value),
            "TIMESTAMP" => CivilTime.ParseTimestamp(text.Value) is { WithZone: false } timestamp ? timestamp : null,
            "TIMESTAMPTZ" => CivilTime.ParseTimestamp(text.Value) is { } timestamp ? timestamp with { WithZone = true } : null,
            "UUID" => Guid.TryParseExact(text.Value, "D", out Guid uuid) ? uuid : null,
            _ => Bytes(text.Value),
        };
        return literal ?? throw reader.ExpectedAt(text.Start, type switch
        {
            "DATE" => "a date such as DATE '2024-01-31'",
            "TIME" => "a time of day such as TIME '12:34:56.789'",
            "TIMESTAMP" => "a time without zone such as TIMESTAMP '2024-01-31 12:34:56.789' (TIMESTAMPTZ for one with an offset)",
            "TIMESTAMPTZ" => "a time such as TIMESTAMPTZ '2024-01-31 12:34:56.789+02:00' (without an offset it is UTC)",
            "UUID" => "a uuid such as UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
            _ => "pairs of hexadecimal digits such as X'0aff'",
        });
    }

    private static byte[]? Bytes(string hex) =>
        hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
}
