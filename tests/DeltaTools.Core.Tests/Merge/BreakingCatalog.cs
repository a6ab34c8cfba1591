using System.Collections.Immutable;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>A catalog that does what a test wants around the next commits.</summary>
internal sealed class BreakingCatalog(ICatalog inner) : ICatalog
{
    /// <summary>Runs before a commit reaches the catalog.</summary>
    public Func<TableCommit, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after a commit has landed and before its answer is given.</summary>
    public Func<TableCommit, Task> After { get; set; } = _ => Task.CompletedTask;

    public string Name => inner.Name;

    public string Warehouse => inner.Warehouse;

    public ObjectStores Stores => inner.Stores;

    public async Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel)
    {
        await Before(commit);
        LoadedTable landed = await inner.CommitAsync(current, commit, cancel);
        await After(commit);
        return landed;
    }

    public Task<LoadedTable> LoadTableAsync(TableIdentifier table, CancellationToken cancel) => inner.LoadTableAsync(table, cancel);

    public Task<LoadedTable> CreateTableAsync(TableIdentifier table, string? location, Func<string, TableMetadata> create, CancellationToken cancel) =>
        inner.CreateTableAsync(table, location, create, cancel);

    public Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) => inner.ListNamespacesAsync(cancel);

    public Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel) => inner.ListTablesAsync(ns, cancel);

    public Task<LoadedTable> RegisterTableAsync(TableIdentifier table, string metadataLocation, CancellationToken cancel) =>
        inner.RegisterTableAsync(table, metadataLocation, cancel);

    public Task DropTableAsync(TableIdentifier table, CancellationToken cancel) => inner.DropTableAsync(table, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
