using DeltaTools.Cmdlets;
using DeltaTools.Core.Catalogs;

namespace DeltaTools;

/// <summary>A connection to a catalog. It does not change and may be used by several runspaces at once.</summary>
public sealed class IcebergCatalog
{
    internal IcebergCatalog(ICatalog catalog, string type)
    {
        Catalog = catalog;
        Type = type;
    }

    public string Name => Catalog.Name;

    /// <summary>Kind of catalog: <c>Sqlite</c>.</summary>
    public string Type { get; }

    /// <summary>Where new tables go, as a URI.</summary>
    public string Warehouse => Catalog.Warehouse;

    /// <summary>Bytes that the embedded engine may use before it spills to disk; null leaves it to the engine.</summary>
    public long? MemoryLimit { get; internal init; }

    /// <summary>Threads of the embedded engine; null takes all cores.</summary>
    public int? Threads { get; internal init; }

    /// <summary>Whether this runspace uses it when a cmdlet names none.</summary>
    public bool IsDefault => RunspaceSession.IsDefault(this);

    internal ICatalog Catalog { get; }

    public override string ToString() => Name;
}
