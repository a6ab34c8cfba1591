using System.Management.Automation;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Lists when each snapshot became current, newest first.</summary>
/// <remarks>One row for each entry of the table's snapshot log. A snapshot that was rolled back stays in the log with IsCurrentAncestor False,
/// so that the live line of states can be told from abandoned ones.</remarks>
/// <example>History of a table<code>Get-IcebergHistory hr.employee</code></example>
/// <example>The table as it was before its last change<code>Get-IcebergHistory hr.employee | Where-Object IsCurrentAncestor | ForEach-Object SnapshotId</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergHistory", HelpUri = Help.Root + "Get-IcebergHistory.md")]
[OutputType(typeof(IcebergHistoryEntry))]
public sealed class GetIcebergHistoryCommand : TableReadCmdlet
{
    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        WriteObject(IcebergHistoryEntry.Of(table), enumerateCollection: true);
        return Task.CompletedTask;
    }
}
