using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.TestServers.Glue;

namespace DeltaTools.TestServers.Athena;

/// <summary>Athena's own way to the tables of the Glue store: another writer, which knows nothing of the module's catalog.</summary>
internal sealed class StoreCatalog(GlueStore store, ObjectStores files) : PointerCatalog("athena", "", files)
{
    public override Task<IReadOnlyList<ImmutableArray<string>>> ListNamespacesAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ImmutableArray<string>>>([.. store.Databases.Select(d => ImmutableArray.Create(d.Name))]);

    public override Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(ImmutableArray<string>? ns, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<TableIdentifier>>([.. store.Databases.Where(d => ns is null || ns.Value.SequenceEqual([d.Name]))
            .SelectMany(d => store.Do(() => d.Tables.Keys.Select(t => new TableIdentifier([d.Name], t)).ToArray()))]);

    public override Task DropTableAsync(TableIdentifier table, CancellationToken cancel)
    {
        store.DeleteTable(table.Namespace[0], table.Name);
        return Task.CompletedTask;
    }

    protected internal override bool SwapMayLandLate => false;

    protected internal override Task<string?> FindPointerAsync(TableIdentifier table, CancellationToken cancel) =>
        Task.FromResult(Find(table)?.Parameter("metadata_location"));

    protected internal override Task<bool> TryInsertPointerAsync(LoadedTable created, CancellationToken cancel)
    {
        try
        {
            store.CreateTable(created.Identifier.Namespace[0], Input(created, null));
            return Task.FromResult(true);
        }
        catch (ServiceErrorException e) when (e.Error.Code == "AlreadyExistsException")
        {
            return Task.FromResult(false);
        }
    }

    protected internal override Task<bool> TrySwapPointerAsync(LoadedTable next, string expected, CancellationToken cancel)
    {
        if (Find(next.Identifier) is not { } current || current.Parameter("metadata_location") != expected) return Task.FromResult(false);
        string version = current.VersionId;
        try
        {
            store.UpdateTable(next.Identifier.Namespace[0], Input(next, expected), version, skipArchive: true);
            return Task.FromResult(true);
        }
        catch (ServiceErrorException e) when (e.Error.Code == "ConcurrentModificationException")
        {
            return Task.FromResult(false);
        }
    }

    private GlueTable? Find(TableIdentifier table)
    {
        try
        {
            return store.Find(table.Namespace[0], table.Name);
        }
        catch (ServiceErrorException)
        {
            return null;
        }
    }

    private static JsonObject Input(LoadedTable table, string? previous)
    {
        var parameters = new JsonObject { ["table_type"] = "ICEBERG", ["metadata_location"] = table.MetadataLocation };
        if (previous is not null) parameters["previous_metadata_location"] = previous;
        return new JsonObject
        {
            ["Name"] = table.Identifier.Name,
            ["TableType"] = "EXTERNAL_TABLE",
            ["Parameters"] = parameters,
            ["StorageDescriptor"] = new JsonObject
            {
                ["Location"] = table.Metadata.Location,
                ["Columns"] = new JsonArray([.. table.Metadata.CurrentSchema.Fields.Select(f => new JsonObject { ["Name"] = f.Name, ["Type"] = "string" })]),
            },
        };
    }
}
