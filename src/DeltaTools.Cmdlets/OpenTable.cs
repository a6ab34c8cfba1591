using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets;

/// <summary>A table that a cmdlet works on, and what output objects carry along of it.</summary>
/// <param name="Source">Exactly this table: a full name with its connection, or an absolute location.</param>
internal sealed record OpenTable(TableArgument Source, CoreTable Table)
{
    /// <summary>For people.</summary>
    public string Name => Source.Text;

    public TableMetadata Metadata => Table.Metadata;

    /// <summary>The embedded engine as the connection wants it.</summary>
    public DuckOptions Engine => Source.Connection?.Engine ?? DuckOptions.Default;

    /// <summary>Refuses a table that was opened by its path, before any work is done for it.</summary>
    /// <param name="purpose">What was to be done: <c>merge to it</c>.</param>
    public void MustBeInCatalog(string purpose)
    {
        if (Table.Identifier is null) throw IcebergException.Invalid($"{Name} is opened by its path and can only be read. Register it in a catalog to {purpose}.");
    }

    public static async Task<OpenTable> NamedAsync(IcebergCatalog connection, TableIdentifier name, CancellationToken cancel) =>
        new(new TableArgument(name.ToString()) { Connection = connection }, await CoreTable.LoadAsync(connection.Catalog, name, cancel));

    /// <param name="location">A URI or an absolute path.</param>
    /// <param name="moved">Prefixes of locations in the metadata and where those are now.</param>
    /// <param name="connection">Lends its engine's options.</param>
    /// <param name="stores">Reach the files.</param>
    public static async Task<OpenTable> AtAsync(
        string location, IReadOnlyDictionary<string, string>? moved, IcebergCatalog? connection, ObjectStores stores, CancellationToken cancel)
    {
        IObjectStore store = moved is null ? stores.For(location)
            : new MappedObjectStore(LocationMap.Create(moved, stores), stores);
        TableArgument source = new(location) { Connection = connection, LocationMap = moved };
        return new(source, await CoreTable.OpenAsync(location, store, cancel));
    }
}
