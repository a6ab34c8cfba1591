using DeltaTools.Cmdlets;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;

namespace DeltaTools;

/// <summary>A connection to a catalog. It does not change and may be used by several runspaces at once.</summary>
public sealed class IcebergCatalog
{
    /// <summary>Name of a connection that is given none.</summary>
    internal const string DefaultName = "default";

    private IcebergCatalog(ICatalog catalog, string type, DuckOptions engine)
    {
        Catalog = catalog;
        Type = type;
        Engine = engine;
    }

    public string Name => Catalog.Name;

    /// <summary>Kind of catalog: <c>Sqlite</c>.</summary>
    public string Type { get; }

    /// <summary>Where new tables go, as a URI.</summary>
    public string Warehouse => Catalog.Warehouse;

    /// <summary>Bytes that the embedded engine may use before it spills to disk; null leaves it to the engine.</summary>
    public long? MemoryLimit => Engine.MemoryLimit;

    /// <summary>Threads of the embedded engine; null takes all cores.</summary>
    public int? Threads => Engine.Threads;

    /// <summary>Whether this runspace uses it when a cmdlet names none.</summary>
    public bool IsDefault => RunspaceSession.IsDefault(this);

    internal ICatalog Catalog { get; }

    internal DuckOptions Engine { get; }

    internal bool IsClosed { get; private set; }

    public override string ToString() => Name;

    /// <summary>Opens the SQLite catalog of a warehouse folder, which is made when absent.</summary>
    internal static async Task<IcebergCatalog> OpenAsync(string name, string warehouse, long? memoryLimit, int? threads, CancellationToken cancel) =>
        new(await SqliteCatalog.OpenAsync(name, warehouse, cancel), "Sqlite", new DuckOptions { MemoryLimit = memoryLimit, Threads = threads });

    internal async Task CloseAsync()
    {
        IsClosed = true;
        await Catalog.DisposeAsync();
    }
}
