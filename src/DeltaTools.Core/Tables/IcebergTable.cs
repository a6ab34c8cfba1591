using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tables;

/// <summary>A table as it was when it was loaded. Nothing here changes; <see cref="RefreshAsync"/> and commits return the next state.</summary>
public sealed class IcebergTable
{
    private readonly string _path;

    private IcebergTable(string path, TableIdentifier? identifier, ICatalog? catalog, string metadataLocation, TableMetadata metadata, IObjectStore store)
    {
        _path = path;
        Identifier = identifier;
        Catalog = catalog;
        MetadataLocation = metadataLocation;
        Metadata = metadata;
        Store = store;
    }

    /// <summary>Null for a table that was opened by its path.</summary>
    public TableIdentifier? Identifier { get; }

    /// <summary>Null for a table that was opened by its path; then it can only be read.</summary>
    public ICatalog? Catalog { get; }

    public string MetadataLocation { get; }

    public TableMetadata Metadata { get; }

    /// <summary>Reaches every file that the metadata names.</summary>
    public IObjectStore Store { get; }

    /// <summary>For people: the identifier, or the path it was opened by.</summary>
    public string Name => Identifier?.ToString() ?? _path;

    /// <exception cref="IcebergException">TableNotFound, with the nearest names.</exception>
    public static async Task<IcebergTable> LoadAsync(ICatalog catalog, TableIdentifier identifier, CancellationToken cancel) =>
        Of(catalog, await catalog.LoadTableAsync(identifier, cancel).ConfigureAwait(false));

    /// <param name="location">Base location; null takes one below the catalog's warehouse.</param>
    /// <exception cref="IcebergException">TableExists.</exception>
    public static async Task<IcebergTable> CreateAsync(
        ICatalog catalog, TableIdentifier identifier, NewTable table, string? location, CancellationToken cancel) =>
        Of(catalog, await catalog.CreateTableAsync(identifier, location, table.At, cancel).ConfigureAwait(false));

    public static IcebergTable Of(ICatalog catalog, LoadedTable loaded) =>
        new("", loaded.Identifier, catalog, loaded.MetadataLocation, loaded.Metadata, loaded.Store);

    /// <summary>Opens a table for reading by the path of a metadata file or of its folder.</summary>
    /// <param name="store">Usually a <see cref="MappedObjectStore"/>, or the store of the path.</param>
    /// <exception cref="IcebergException">TableNotFound: nothing there.</exception>
    public static async Task<IcebergTable> OpenAsync(string path, IObjectStore store, CancellationToken cancel)
    {
        (string location, TableMetadata metadata) = await PathTables.LoadAsync(path, store, cancel).ConfigureAwait(false);
        return new(path, null, null, location, metadata, store);
    }

    /// <summary>The table as it is now.</summary>
    public Task<IcebergTable> RefreshAsync(CancellationToken cancel) =>
        Catalog is not null && Identifier is not null ? LoadAsync(Catalog, Identifier, cancel) : OpenAsync(_path, Store, cancel);

    /// <summary>Applies the actions in order, as one commit.</summary>
    /// <exception cref="IcebergException">
    /// CommitConflict: other writers changed what the actions rest on (not retryable: plan anew), or were faster every time (retryable);
    /// CommitUnknown: it may have happened, and no file may be deleted. After any other error nothing was changed, and the data files that
    /// the actions were to add belong to nobody.
    /// </exception>
    public Task<CommitResult> CommitAsync(IReadOnlyList<TableAction> actions, CancellationToken cancel) => new CommitLoop(this, actions).RunAsync(cancel);

    /// <inheritdoc cref="CommitAsync(IReadOnlyList{TableAction}, CancellationToken)"/>
    public Task<CommitResult> CommitAsync(TableAction action, CancellationToken cancel) => CommitAsync([action], cancel);

    /// <param name="hasTurn">The caller has taken the turn (<see cref="TakeTurnAsync"/>).</param>
    /// <inheritdoc cref="CommitAsync(IReadOnlyList{TableAction}, CancellationToken)"/>
    public Task<CommitResult> CommitAsync(IReadOnlyList<TableAction> actions, bool hasTurn, CancellationToken cancel) =>
        new CommitLoop(this, actions) { HasTurn = hasTurn }.RunAsync(cancel);

    /// <summary>Waits for this writer's turn at the table, to plan and commit without being overtaken by our own processes; see
    /// <see cref="ICatalog.TakeTurnAsync"/>.</summary>
    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => Catalog is not null && Identifier is not null
        ? Catalog.TakeTurnAsync(Identifier, cancel) : Task.FromResult<IDisposable?>(null);

    /// <summary>The table as it would be with other metadata; for planning a change that is committed together with them.</summary>
    internal IcebergTable With(TableMetadata metadata) => new(_path, Identifier, Catalog, MetadataLocation, metadata, Store);

    internal IcebergTable At(LoadedTable loaded) => new(_path, Identifier, Catalog, loaded.MetadataLocation, loaded.Metadata, loaded.Store);
}
