namespace DeltaTools.Core.Embedded.Query;

/// <summary>A place of a query where a table stands.</summary>
internal sealed class TableUse(NameChain chain, bool hasAlias, TravelClause? clause)
{
    public NameChain Chain => chain;

    public TableName Name { get; } = TableName.Of(chain);

    public TravelClause? Clause => clause;

    public TimeTravel? Travel { get; set; }

    public QueryTable Table => new(Name, Travel);

    /// <summary>Whether columns may be written with its namespace and name.</summary>
    public bool IsPrefix => !hasAlias && chain.Parts.Length > 1;
}

/// <summary>A column that is written with namespace and table, which take so many parts of its name.</summary>
internal readonly record struct ColumnUse(NameChain Chain, int Parts, TableUse Table);
