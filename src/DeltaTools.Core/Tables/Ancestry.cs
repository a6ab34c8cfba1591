using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Lineage of snapshots: each names the one it was made from.</summary>
public static class Ancestry
{
    /// <summary>The snapshot and those before it, newest first, as far back as the table still has them.</summary>
    public static IEnumerable<Snapshot> Of(TableMetadata metadata, long? head)
    {
        HashSet<long> seen = [];
        while (head is { } id && seen.Add(id) && metadata.Snapshot(id) is { } snapshot)
        {
            yield return snapshot;
            head = snapshot.ParentSnapshotId;
        }
    }

    /// <summary>Whether <paramref name="ancestor"/> is the head or came before it.</summary>
    public static bool IsAncestor(TableMetadata metadata, long? head, long ancestor) =>
        Of(metadata, head).Any(s => s.SnapshotId == ancestor);

    /// <summary>What came after <paramref name="start"/> up to the head, newest first; null start: from the beginning.</summary>
    /// <returns>Null when the lineage from head does not lead back to start: snapshots were expired or the branch was set back.</returns>
    public static IReadOnlyList<Snapshot>? Since(TableMetadata metadata, long? start, long? head)
    {
        List<Snapshot> since = [];
        foreach (Snapshot snapshot in Of(metadata, head))
        {
            if (snapshot.SnapshotId == start) return since;
            since.Add(snapshot);
        }
        long? root = since.Count > 0 ? since[^1].ParentSnapshotId : head;
        return root == start ? since : null;
    }
}
