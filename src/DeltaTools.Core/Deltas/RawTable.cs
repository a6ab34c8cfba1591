using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>The table that deltas go to; it is made when it is absent.</summary>
internal sealed class RawTable(ICatalog catalog, TableIdentifier name)
{
    /// <param name="schema">Columns of the table when it is to be made.</param>
    /// <param name="kind">Value of <see cref="DeltaImporter.TableKind"/> then.</param>
    /// <returns>The table, and whether it was made just now.</returns>
    public async Task<(IcebergTable Table, bool IsNew)> OpenAsync(Func<Task<Schema>> schema, string kind, CancellationToken cancel)
    {
        try
        {
            return (await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false), false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            Schema columns = await schema().ConfigureAwait(false);
            try
            {
                LoadedTable created = await catalog.CreateTableAsync(name, null, location => First(columns, location, kind), cancel).ConfigureAwait(false);
                return (IcebergTable.Of(catalog, created), true);
            }
            catch (IcebergException exists) when (exists.Kind == IcebergErrorKind.TableExists)
            {
                return (await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false), false);
            }
        }
    }

    /// <summary>The table as <see cref="OpenAsync"/> would give it; one that is absent is made up and not made.</summary>
    public async Task<(IcebergTable Table, bool IsNew)> PeekAsync(Func<Task<Schema>> schema, string kind, CancellationToken cancel)
    {
        try
        {
            return (await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false), false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            TableMetadata metadata = First(await schema().ConfigureAwait(false), catalog.Warehouse, kind);
            return (IcebergTable.Of(catalog, new LoadedTable(name, catalog.Warehouse, metadata, catalog.Stores.For(catalog.Warehouse))), true);
        }
    }

    private static TableMetadata First(Schema columns, string location, string kind) => TableMetadataFactory.Create(
        columns, PartitionSpec.Unpartitioned, SortOrder.Unsorted, location, StringMap.Empty.Add(DeltaImporter.TableKind, kind), 2, Guid.NewGuid(), DateTimeOffset.UtcNow);

    /// <summary>Takes back a table that was made for a delta which then was refused; not when somebody else has used it since.</summary>
    public async Task DropEmptyAsync()
    {
        try
        {
            IcebergTable table = await IcebergTable.LoadAsync(catalog, name, CancellationToken.None).ConfigureAwait(false);
            if (!table.Metadata.Snapshots.IsEmpty || Ledger.Of(table.Metadata).Any()) return;
            await catalog.DropTableAsync(name, CancellationToken.None).ConfigureAwait(false);
            await table.Store.DeleteAsync([table.MetadataLocation], CancellationToken.None).ConfigureAwait(false);
        }
        catch (IcebergException)
        {
            // The error that led here is the one to report; an empty table does no harm.
        }
    }
}
