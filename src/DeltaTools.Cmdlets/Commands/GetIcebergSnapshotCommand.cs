using System.Management.Automation;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Gets the snapshots of a table: the states of it that can be read.</summary>
/// <remarks>Without a selector all snapshots come, newest first. -SnapshotId, -AsOf or -Ref select one. A snapshot can be piped to any cmdlet that reads a state.</remarks>
/// <example>All snapshots<code>Get-IcebergSnapshot hr.employee</code></example>
/// <example>Read the state of a point in time<code>Get-IcebergSnapshot hr.employee -AsOf '2023-06-08 16:26:05Z' | Get-IcebergData</code></example>
/// <example>What the newest commit noted about itself<code>(Get-IcebergSnapshot hr.employee -Ref main).Summary</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergSnapshot", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergSnapshot.md")]
[OutputType(typeof(IcebergSnapshot))]
public sealed class GetIcebergSnapshotCommand : SnapshotReadCmdlet
{
    private protected override Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        IEnumerable<Snapshot> snapshots = ParameterSetName == CurrentSet ? table.Metadata.Snapshots.OrderByDescending(s => s.SequenceNumber).ThenByDescending(s => s.Timestamp)
            : Selected(table.Metadata).Snapshot is { } selected ? [selected] : [];
        foreach (Snapshot snapshot in snapshots) WriteObject(new IcebergSnapshot(table, snapshot));
        return Task.CompletedTask;
    }
}
