namespace DeltaTools.Core.Embedded.Query;

/// <summary>A table of the catalog, or a metadata table of one, as a query wants it.</summary>
/// <param name="Travel">The state that is asked for; null is the current one.</param>
internal sealed record QueryTable(TableName Name, TimeTravel? Travel);
