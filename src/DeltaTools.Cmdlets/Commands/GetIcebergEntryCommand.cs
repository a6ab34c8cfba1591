using System.Management.Automation;
using DeltaTools.Core.Scan;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the entries of a snapshot's manifests, those of files that were deleted too.</summary>
/// <remarks>Get-IcebergFile lists the live files alone. An entry tells beside the file which snapshot added or deleted it, and its sequence numbers.</remarks>
/// <example>All entries of the current state<code>Get-IcebergEntry hr.employee</code></example>
/// <example>What one snapshot did to the files<code>Get-IcebergSnapshot hr.employee -Ref main | Get-IcebergEntry | Group-Object Status</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergEntry", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergEntry.md")]
[OutputType(typeof(IcebergEntry))]
public sealed class GetIcebergEntryCommand : SnapshotFilesCmdlet
{
    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        FieldCatalog fields = new(table.Metadata);
        foreach (SnapshotEntry entry in await EntriesAsync(table, liveOnly: false, cancel)) WriteObject(new IcebergEntry(table, fields, entry));
    }
}
