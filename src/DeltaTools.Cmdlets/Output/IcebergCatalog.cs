using DeltaTools.Cmdlets;
using DeltaTools.Core;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Catalogs.Rest;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools;

/// <summary>A connection to a catalog. It does not change and may be used by several runspaces at once.</summary>
public sealed class IcebergCatalog
{
    /// <summary>Name of a connection that is given none.</summary>
    internal const string DefaultName = "default";

    private readonly AthenaOptions? _athena;

    private IcebergCatalog(ICatalog catalog, string type, DuckOptions engine, AthenaOptions? athena = null)
    {
        _athena = athena;
        Catalog = catalog;
        Type = type;
        Engine = engine;
    }

    public string Name => Catalog.Name;

    /// <summary>Kind of catalog: <c>Sqlite</c>, <c>S3</c>, <c>Rest</c> or <c>Glue</c>.</summary>
    public string Type { get; }

    /// <summary>Where new tables go, as a URI.</summary>
    public string Warehouse => Catalog.Warehouse;

    /// <summary>Bytes that the embedded engine may use before it spills to disk; null leaves it to the engine.</summary>
    public long? MemoryLimit => Engine.MemoryLimit;

    /// <summary>Threads of the embedded engine; null takes all cores.</summary>
    public int? Threads => Engine.Threads;

    /// <summary>Whether this runspace uses it when a cmdlet names none.</summary>
    public bool IsDefault => RunspaceSession.IsDefault(this);

    /// <summary>Athena's work group; null where there is no Athena.</summary>
    public string? WorkGroup => _athena?.WorkGroup;

    /// <summary>Where Athena puts results, when this was said on connecting.</summary>
    public string? OutputLocation => _athena?.OutputLocation;

    /// <summary>Size of tables from which on -Engine Auto takes Athena; null where there is no Athena.</summary>
    public long? AthenaThreshold { get; private init; }

    internal ICatalog Catalog { get; }

    internal DuckOptions Engine { get; }

    internal bool IsClosed { get; private set; }

    public override string ToString() => Name;

    /// <summary>What reaches the files of tables by path: as the connection does, for its keys may be needed.</summary>
    internal static ObjectStores StoresOf(IcebergCatalog? connection) => connection is { IsClosed: false } open ? open.Catalog.Stores : ObjectStores.Default;

    /// <summary>Whether a warehouse is a place in S3, not a folder.</summary>
    internal static bool IsRemote(string warehouse) => ObjectStores.SchemeOf(warehouse).ToUpperInvariant() is "S3" or "S3A" or "S3N";

    /// <summary>Opens a warehouse, which is made when absent: a folder with its SQLite catalog, or a place in S3 without a catalog.</summary>
    /// <param name="warehouse">An absolute path or a URI.</param>
    internal static async Task<IcebergCatalog> OpenAsync(string name, string warehouse, S3Settings settings, DuckOptions engine, CancellationToken cancel) =>
        IsRemote(warehouse)
            ? new(await S3Catalog.OpenAsync(name, warehouse, settings, cancel), "S3", engine)
            : new(await SqliteCatalog.OpenAsync(name, warehouse, cancel), "Sqlite", engine);

    /// <summary>Opens a REST catalog.</summary>
    internal static async Task<IcebergCatalog> OpenAsync(string name, RestSettings settings, DuckOptions engine, CancellationToken cancel) =>
        new(await RestCatalog.OpenAsync(name, settings, cancel), "Rest", engine);

    /// <summary>Opens the Glue catalog of an account.</summary>
    /// <param name="warehouse">Where new databases lie; null: tables lie where their databases do.</param>
    internal static async Task<IcebergCatalog> OpenGlueAsync(
        string name, string? warehouse, S3Settings settings, AthenaOptions athena, long threshold, DuckOptions engine, CancellationToken cancel) =>
        new(await GlueCatalog.OpenAsync(name, warehouse, settings.Login, ObjectStores.Local.WithS3(settings), cancel), "Glue", engine, athena) { AthenaThreshold = threshold };

    /// <summary>A session of Athena for one command.</summary>
    /// <exception cref="IcebergException">Unsupported: not a Glue catalog.</exception>
    internal AthenaSession OpenAthena(Action<string> log, Action<AthenaProgress> progress) => _athena is { } options && Catalog is GlueCatalog glue
        ? new AthenaSession(glue.Settings, options) { Log = log, Progress = progress }
        : throw IcebergException.Unsupported($"'{Name}' is no Glue catalog, which Athena needs. Connect with Connect-IcebergCatalog -Glue, or use -Engine Embedded.");

    internal async Task CloseAsync()
    {
        IsClosed = true;
        await Catalog.DisposeAsync();
    }
}
