using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Catalogs;

/// <summary>Knows which metadata file is a table's current one, and swaps it atomically.</summary>
public interface ICatalog : IAsyncDisposable
{
    /// <summary>Name the user connected it under.</summary>
    string Name { get; }

    /// <summary>Where new tables go by default; an absolute URI.</summary>
    string Warehouse { get; }

    /// <summary>Reaches files that no loaded table speaks for: places for new tables, tables opened by their path.</summary>
    ObjectStores Stores { get; }

    Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel);

    /// <summary>The tables of a namespace, or of all when it is null, sorted by name.</summary>
    Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel);

    /// <exception cref="IcebergException">TableNotFound, with the nearest names in the message.</exception>
    Task<LoadedTable> LoadTableAsync(TableIdentifier table, CancellationToken cancel);

    /// <summary>Creates a table, and its namespace when absent, from its first metadata.</summary>
    /// <param name="location">Base location; null takes <c>warehouse/namespace/table</c> (the last with a unique suffix if need be).</param>
    /// <exception cref="IcebergException">TableExists.</exception>
    Task<LoadedTable> CreateTableAsync(
        TableIdentifier table, string? location, Func<string, TableMetadata> create, CancellationToken cancel);

    /// <summary>Applies the updates to the base if the requirements hold for what is current, all or nothing.</summary>
    /// <exception cref="IcebergException">CommitConflict (retryable): the table has moved on; CommitUnknown: the answer was lost and
    /// the state could not be determined; TableNotFound: it was dropped.</exception>
    Task<LoadedTable> CommitAsync(LoadedTable current, TableCommit commit, CancellationToken cancel);

    /// <summary>Waits for a writer's turn at the table, until the result is disposed of; null when the catalog has no turns.</summary>
    /// <remarks>
    /// A courtesy among our own processes, never needed for correctness: who has the turn reloads, plans and swaps without being
    /// overtaken, so that busy writers do not wear out each other's retries. After some seconds a waiting writer goes on without it.
    /// </remarks>
    Task<IDisposable?> TakeTurnAsync(TableIdentifier table, CancellationToken cancel) => Task.FromResult<IDisposable?>(null);

    /// <summary>Adds an existing metadata file as a table.</summary>
    /// <exception cref="IcebergException">TableExists.</exception>
    Task<LoadedTable> RegisterTableAsync(TableIdentifier table, string metadataLocation, CancellationToken cancel);

    /// <summary>Takes the table out of the catalog; its files stay.</summary>
    /// <exception cref="IcebergException">TableNotFound.</exception>
    Task DropTableAsync(TableIdentifier table, CancellationToken cancel);
}

/// <summary>A table as a catalog gave it: one metadata file and the store that reaches its files.</summary>
public sealed record LoadedTable(TableIdentifier Identifier, string MetadataLocation, TableMetadata Metadata, IObjectStore Store);
