using System.Management.Automation;
using DeltaTools.Core.Scan;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the data and delete files of a table, now or as it was.</summary>
/// <remarks>The manifests tell it; no data is read. Columns, LowerBound and UpperBound have the metrics by column name.</remarks>
/// <example>Files of a table, the smallest first<code>Get-IcebergFile hr.employee | Sort-Object Size</code></example>
/// <example>Delete files of an older state<code>Get-IcebergFile hr.employee -AsOf 2023-06-08 -Content PositionDeletes</code></example>
/// <example>What each file holds of a column<code>Get-IcebergFile hr.employee | Select-Object Path, { $_.LowerBound.employee_id }, { $_.UpperBound.employee_id }</code></example>
/// <example>Metrics of one file<code>(Get-IcebergFile hr.employee)[0].Columns | Format-Table</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergFile", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergFile.md")]
[OutputType(typeof(IcebergFile))]
public sealed class GetIcebergFileCommand : SnapshotFilesCmdlet
{
    /// <summary>Only files that hold this.</summary>
    /// <value>all</value>
    [Parameter]
    public IcebergFileContent[] Content { get; set; } = [];

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        FieldCatalog fields = new(table.Metadata);
        foreach (SnapshotEntry entry in await EntriesAsync(table, liveOnly: true, cancel))
        {
            if (Content.Length == 0 || Content.Contains((IcebergFileContent)entry.Entry.DataFile.Content)) WriteObject(new IcebergFile(table, fields, entry.Entry));
        }
    }
}
