using System.Management.Automation;
using DeltaTools.Cmdlets.Completion;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Lists the connected catalogs.</summary>
/// <remarks>Connections belong to the runspace: parallel runspaces and jobs have their own. The default is the one that was connected last;
/// cmdlets use it when -Catalog is absent.</remarks>
/// <example>All connections<code>Get-IcebergCatalog</code></example>
/// <example>Where the default catalog puts new tables<code>(Get-IcebergCatalog | Where-Object IsDefault).Warehouse</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergCatalog", HelpUri = Help.Root + "Get-IcebergCatalog.md")]
[OutputType(typeof(IcebergCatalog))]
public sealed class GetIcebergCatalogCommand : AsyncCmdlet
{
    /// <summary>Names of connections. All when absent.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ArgumentCompleter(typeof(CatalogCompleter))]
    public string[] Name { get; set; } = ["*"];

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        foreach (string name in Name) WriteObject(RunspaceSession.Current.Match(name), enumerateCollection: true);
        return Task.CompletedTask;
    }
}
