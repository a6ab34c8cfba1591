using System.Management.Automation;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Lists the metadata files of a table, oldest first: each commit wrote one.</summary>
/// <remarks>The last one is the current. How many older ones a table remembers is set by its property write.metadata.previous-versions-max.</remarks>
/// <example>Metadata files of a table<code>Get-IcebergMetadataLog hr.employee</code></example>
/// <example>The columns that the table had two commits ago<code>(Get-IcebergTable (Get-IcebergMetadataLog hr.employee)[-3].MetadataLocation).Schema</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergMetadataLog", HelpUri = Help.Root + "Get-IcebergMetadataLog.md")]
[OutputType(typeof(IcebergMetadataLogEntry))]
public sealed class GetIcebergMetadataLogCommand : TableReadCmdlet
{
    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        WriteObject(IcebergMetadataLogEntry.Of(table), enumerateCollection: true);
        return Task.CompletedTask;
    }
}
