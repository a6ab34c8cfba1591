using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>A catalog that stores one thing about a table: where its current metadata file is.</summary>
/// <remarks>What a change needs of it is one atomic compare-and-swap of that pointer; <see cref="PointerCommit"/> does the rest.</remarks>
public abstract class PointerCatalog(string name, string warehouse, ObjectStores stores) : ICatalog
{
    public string Name { get; } = name;

    public string Warehouse { get; } = warehouse;

    public ObjectStores Stores { get; } = stores;

    public abstract Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel);

    public abstract Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel);

    public abstract Task DropTableAsync(TableIdentifier table, CancellationToken cancel);

    public async Task<LoadedTable> LoadTableAsync(TableIdentifier table, CancellationToken cancel) =>
        await TryLoadAsync(table, cancel).ConfigureAwait(false) ?? throw await NotFoundAsync(table, cancel).ConfigureAwait(false);

    public async Task<LoadedTable> CreateTableAsync(
        TableIdentifier table, string? location, Func<string, TableMetadata> create, CancellationToken cancel)
    {
        if (await FindPointerAsync(table, cancel).ConfigureAwait(false) is not null) throw Exists(table);
        location ??= await FreeLocationAsync(table, cancel).ConfigureAwait(false);
        IObjectStore store = Stores.For(location);
        TableMetadata metadata = create(store.Resolve(location).TrimEnd('/'));
        return await new PointerCommit(this, store).CreateAsync(table, metadata, cancel).ConfigureAwait(false);
    }

    public Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel) =>
        new PointerCommit(this, current.Store).CommitAsync(current, commit, cancel);

    public async Task<LoadedTable> RegisterTableAsync(TableIdentifier table, string metadataLocation, CancellationToken cancel)
    {
        IObjectStore store = Stores.For(metadataLocation);
        string location = store.Resolve(metadataLocation);
        TableMetadata metadata = await MetadataFiles.ReadAsync(store, location, cancel).ConfigureAwait(false);
        LoadedTable registered = new(table, location, metadata, store);
        return await TryInsertPointerAsync(registered, cancel).ConfigureAwait(false) ? registered : throw Exists(table);
    }

    public virtual Task<IDisposable?> TakeTurnAsync(TableIdentifier table, CancellationToken cancel) => Task.FromResult<IDisposable?>(null);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a swap whose answer was lost may still be carried out later (a request on its way), or is over and done.</summary>
    protected internal abstract bool SwapMayLandLate { get; }

    /// <summary>The location of the table's current metadata file, or null when there is no such table.</summary>
    protected internal abstract Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel);

    /// <summary>Adds the table and its namespace; false when the name is taken.</summary>
    /// <exception cref="IcebergException">CommitUnknown: the answer was lost. Any other error means that nothing happened.</exception>
    protected internal abstract Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel);

    /// <summary>Makes the metadata file of <paramref name="next"/> current if <paramref name="expected"/> still is; false when it is not.</summary>
    /// <exception cref="IcebergException">CommitUnknown: the answer was lost. Any other error means that nothing happened.</exception>
    protected internal abstract Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel);

    /// <summary>The error for a table that is not there, with names that may have been meant.</summary>
    protected internal virtual async Task<IcebergException> NotFoundAsync(TableIdentifier table, CancellationToken cancel) =>
        TableNotFound.Error(table, await ListTablesAsync(null, cancel).ConfigureAwait(false));

    internal async Task<LoadedTable?> TryLoadAsync(TableIdentifier table, CancellationToken cancel)
    {
        if (await FindPointerAsync(table, cancel).ConfigureAwait(false) is not { } location) return null;
        IObjectStore store = Stores.For(location);
        return new(table, location, await MetadataFiles.ReadAsync(store, location, cancel).ConfigureAwait(false), store);
    }

    internal static IcebergException Exists(TableIdentifier table) => new(IcebergErrorKind.TableExists, $"Table {table} exists already.")
    {
        Context = new Dictionary<string, string> { ["table"] = table.ToString() },
    };

    /// <summary><c>warehouse/namespace/table</c>; with a suffix when files lie there already, of a dropped table for instance, or the
    /// name had to be changed to be the name of a folder.</summary>
    private protected async Task<string> FreeLocationAsync(TableIdentifier table, CancellationToken cancel)
    {
        string[] parts = [.. table.Namespace.Append(table.Name)];
        string[] folders = [.. parts.Select(FolderName)];
        string location = $"{await NamespaceLocationAsync(table.Namespace, cancel).ConfigureAwait(false)}/{folders[^1]}";
        bool taken = !parts.SequenceEqual(folders);
        if (!taken)
        {
            await foreach (ObjectInfo _ in Stores.For(location).ListAsync(location + "/", cancel).ConfigureAwait(false))
            {
                taken = true;
                break;
            }
        }
        return taken ? $"{location}-{Guid.NewGuid():N}"[..(location.Length + 9)] : location;
    }

    /// <summary>The folder of a namespace's new tables: <c>warehouse/namespace</c>, if the catalog knows no other.</summary>
    protected virtual Task<string> NamespaceLocationAsync(ImmutableArray<string> ns, CancellationToken cancel) =>
        Task.FromResult($"{Warehouse}/{string.Join('/', ns.Select(FolderName))}");

    private static string FolderName(string name) =>
        new([.. name.Select(c => char.IsLetterOrDigit(c) || c is '_' or '-' or ' ' ? c : '_')]);
}
