namespace DeltaTools.TestServers.Athena;

internal enum SqlTokenKind
{
    Word,
    /// <summary>A name in double quotes.</summary>
    Quoted,
    /// <summary>A name in backticks, which only DDL knows.</summary>
    Backticked,
    /// <summary>A literal in single quotes.</summary>
    Text,
    Number,
    Symbol,
}

/// <param name="Text">As it stands in the statement; of names, the name itself.</param>
internal sealed record SqlToken(SqlTokenKind Kind, string Text)
{
    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.Quoted or SqlTokenKind.Backticked;

    /// <summary>As DuckDB reads it.</summary>
    public override string ToString() => Kind is SqlTokenKind.Quoted or SqlTokenKind.Backticked ? $"\"{Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : Text;
}
