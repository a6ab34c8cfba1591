using DeltaTools.Cmdlets.Arguments;

namespace DeltaTools;

/// <summary>An output object that belongs to a table, and so can be piped to any cmdlet that takes one.</summary>
public abstract class TableOutput
{
    private protected TableOutput(TableArgument source) => Origin = source;

    /// <summary>Name in the catalog, or the location of a table that was opened by path.</summary>
    public string Table => Origin.Text;

    /// <summary>Which table, and from where: goes along when the object is piped.</summary>
    internal TableArgument Origin { get; }
}
