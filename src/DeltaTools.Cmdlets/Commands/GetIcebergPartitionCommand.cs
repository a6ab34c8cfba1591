using System.Management.Automation;
using DeltaTools.Core.Scan;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the partitions of a table, with their files, rows and deletes, now or as it was.</summary>
/// <remarks>Records counts the rows of the data files; rows that delete files take away are among them.</remarks>
/// <example>Largest partitions<code>Get-IcebergPartition shop.orders | Sort-Object Size -Descending | Select-Object -First 10</code></example>
/// <example>Partitions with many small files<code>Get-IcebergPartition shop.orders | Where-Object { $_.DataFiles -gt 10 -and $_.Size / $_.DataFiles -lt 10MB }</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergPartition", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergPartition.md")]
[OutputType(typeof(IcebergPartition))]
public sealed class GetIcebergPartitionCommand : SnapshotReadCmdlet
{
    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        FieldCatalog fields = new(table.Metadata);
        foreach (PartitionStatistics partition in await SnapshotFiles.PartitionsAsync(table.Table.Store, table.Metadata, Selected(table.Metadata).Snapshot, cancel))
        {
            WriteObject(new IcebergPartition(table, fields, partition));
        }
    }
}
