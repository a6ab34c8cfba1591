namespace DeltaTools.Core.Embedded.Query;

/// <summary>A table of the catalog, or a metadata table of one, as a query wants it.</summary>
/// <param name="Travel">The state that is asked for; null is the current one.</param>
internal sealed record QueryTable(TableName Name, TimeTravel? Travel);

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
