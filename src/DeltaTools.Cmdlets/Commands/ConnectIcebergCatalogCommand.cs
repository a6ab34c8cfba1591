using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Connects a catalog and makes it the default of this runspace.</summary>
/// <remarks>
/// <para>A warehouse is a folder. Its file catalog.db knows which tables there are; PyIceberg and other programs read the same file. Both are made when absent.</para>
/// <para>The connection lasts until Disconnect-IcebergCatalog or the end of the runspace. Connecting under a name that is in use replaces that connection.</para>
/// <para>Without any connection, the folder in the environment variable DELTATOOLS_WAREHOUSE is connected when a table is first needed.</para>
/// </remarks>
/// <example>Use a folder<code>Connect-IcebergCatalog -Warehouse ./warehouse</code></example>
/// <example>A second catalog beside the first, and a table of it<code>
/// Connect-IcebergCatalog ./archive -Name archive
/// Get-IcebergTable -Catalog archive
/// </code></example>
/// <example>Leave room for other programs on the machine<code>Connect-IcebergCatalog ./warehouse -MemoryLimit 2GB -Threads 2</code></example>
[Cmdlet(VerbsCommunications.Connect, "IcebergCatalog", HelpUri = Help.Root + "Connect-IcebergCatalog.md")]
[OutputType(typeof(IcebergCatalog))]
public sealed class ConnectIcebergCatalogCommand : AsyncCmdlet
{
    /// <summary>Folder of the warehouse. It is made when absent.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Warehouse { get; set; } = "";

    /// <summary>Name of the connection, for -Catalog.</summary>
    /// <value>default</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = IcebergCatalog.DefaultName;

    /// <summary>Memory that the embedded engine may use before it spills to disk, such as 2GB.</summary>
    /// <value>half of the memory</value>
    [Parameter]
    [ByteSizeTransformation]
    public long? MemoryLimit { get; set; }

    /// <summary>Threads of the embedded engine.</summary>
    /// <value>one for each processor</value>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>Writes the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        ErrorTarget = Warehouse;
        IcebergCatalog catalog = await IcebergCatalog.OpenAsync(Name, FullPath(Warehouse), MemoryLimit, Threads, cancel);
        IReadOnlyList<TableIdentifier> tables = await catalog.Catalog.ListTablesAsync(null, cancel);
        WriteVerbose($"Connected '{Name}' to {catalog.Warehouse}, which has {ViewFormat.Count(tables.Count)} tables.");
        await RunspaceSession.Current.ConnectAsync(catalog);
        if (PassThru) WriteObject(catalog);
    }
}
