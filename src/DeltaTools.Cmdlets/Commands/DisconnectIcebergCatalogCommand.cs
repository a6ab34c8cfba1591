using System.Management.Automation;
using DeltaTools.Cmdlets.Completion;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Closes connections to catalogs.</summary>
/// <remarks>Tables are not touched. When one connection is left, it becomes the default.</remarks>
/// <example>Close the default connection<code>Disconnect-IcebergCatalog default</code></example>
/// <example>Close all<code>Get-IcebergCatalog | Disconnect-IcebergCatalog</code></example>
[Cmdlet(VerbsCommunications.Disconnect, "IcebergCatalog", HelpUri = Help.Root + "Disconnect-IcebergCatalog.md")]
[OutputType(typeof(void))]
public sealed class DisconnectIcebergCatalogCommand : AsyncCmdlet
{
    /// <summary>Names of connections.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ArgumentCompleter(typeof(CatalogCompleter))]
    public string[] Name { get; set; } = [];

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        foreach (IcebergCatalog catalog in Name.SelectMany(RunspaceSession.Current.Match).Distinct())
        {
            await RunspaceSession.Current.DisconnectAsync(catalog);
        }
    }
}
