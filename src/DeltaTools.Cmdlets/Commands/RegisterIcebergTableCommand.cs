using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Adds a table that exists already, by its metadata file, to the catalog.</summary>
/// <remarks>
/// <para>Nothing is copied or changed: the catalog notes where the metadata file is. Of a folder the newest metadata file is taken; only the catalog that the table
/// comes from knows for sure which one is current.</para>
/// <para>A table must belong to one catalog only. When two change it, each deletes what it takes for rubbish, and that may be the other's data.</para>
/// </remarks>
/// <example>A table that another engine wrote<code>Register-IcebergTable shop.orders /data/orders/metadata/00012-5f3c.metadata.json</code></example>
/// <example>Bring back a table that was removed without -Purge<code>Register-IcebergTable hr.employee ./warehouse/hr/employee</code></example>
[Cmdlet(VerbsLifecycle.Register, "IcebergTable", SupportsShouldProcess = true, HelpUri = Help.Root + "Register-IcebergTable.md")]
[OutputType(typeof(IcebergTable))]
public sealed class RegisterIcebergTableCommand : CatalogCmdlet
{
    /// <summary>Namespace and name that the table gets: hr.employee.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The metadata file, or the table's folder; a path or a URI.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "PSPath"), ValidateNotNullOrEmpty]
    public string MetadataLocation { get; set; } = "";

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        ErrorTarget = Table.Text;
        TableIdentifier name = Table.Identifier();
        IcebergCatalog connection = await ConnectionAsync(Table, cancel);
        ErrorTarget = MetadataLocation;
        OpenTable found = await OpenTable.AtAsync(FullPath(MetadataLocation), null, connection, IcebergCatalog.StoresOf(connection), cancel);
        await CheckAsync(found.Table, cancel);
        if (!Confirmed($"{found.Table.MetadataLocation} as {name}", "Register table")) return;
        LoadedTable registered = await connection.Catalog.RegisterTableAsync(name, found.Table.MetadataLocation, cancel);
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new IcebergTable(new OpenTable(new TableArgument(name.ToString()) { Connection = connection }, CoreTable.Of(connection.Catalog, registered))));
    }

    /// <summary>A table whose files were moved would be registered and could not be read.</summary>
    private static async Task CheckAsync(CoreTable table, CancellationToken cancel)
    {
        if (table.Metadata.CurrentSnapshot?.ManifestList is not { } list || await table.Store.FindAsync(list, cancel) is not null) return;
        throw IcebergException.Invalid(
            $"The current snapshot's manifest list is not at {list}, where the metadata says. A table whose files were moved cannot be registered; "
            + "read it with Get-IcebergData -LocationMap.");
    }
}
