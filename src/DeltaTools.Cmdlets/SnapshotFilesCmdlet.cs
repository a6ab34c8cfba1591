using DeltaTools.Core.Manifests;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets;

/// <summary>A cmdlet that lists what the manifests of a chosen state say.</summary>
public abstract class SnapshotFilesCmdlet : SnapshotReadCmdlet
{
    /// <summary>The entries, with all their metrics.</summary>
    private protected async Task<IEnumerable<SnapshotEntry>> EntriesAsync(OpenTable table, bool liveOnly, CancellationToken cancel)
    {
        Snapshot? snapshot = Selected(table.Metadata).Snapshot;
        WriteVerbose(snapshot is null ? $"{table.Name} has no snapshot." : $"Reading the manifests of snapshot {snapshot.SnapshotId} of {table.Name}.");
        return await SnapshotFiles.EntriesAsync(table.Table.Store, table.Metadata, snapshot, new ManifestReadOptions { LiveOnly = liveOnly }, cancel);
    }
}
