using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Which state of a table is read.</summary>
/// <remarks>
/// By time means: the snapshot that was current then, by the snapshot log, not by lineage - a rollback changes the lineage, but not
/// what readers saw ("Point in Time Reads"). A snapshot, a time or a tag is read with the schema of that snapshot; a branch with the
/// table's current schema, as Java does.
/// </remarks>
public static class SnapshotSelection
{
    /// <summary>The head of main; a null snapshot when the table has none yet.</summary>
    public static (Snapshot? Snapshot, Schema Schema) Current(TableMetadata metadata) => (metadata.CurrentSnapshot, metadata.CurrentSchema);

    /// <exception cref="IcebergException">SnapshotNotFound.</exception>
    public static (Snapshot Snapshot, Schema Schema) ById(TableMetadata metadata, long id)
    {
        Snapshot snapshot = metadata.Snapshot(id) ?? throw NotFound(
            metadata.SnapshotLog.Any(e => e.SnapshotId == id)
                ? $"Snapshot {id} was expired. Get-IcebergSnapshot lists those that are left."
                : $"The table has no snapshot {id}. Get-IcebergSnapshot lists them.");
        return (snapshot, metadata.SchemaOf(snapshot));
    }

    /// <exception cref="IcebergException">SnapshotNotFound: nothing was current yet, or it was expired since.</exception>
    public static (Snapshot Snapshot, Schema Schema) AsOf(TableMetadata metadata, DateTimeOffset time)
    {
        if (metadata.SnapshotLog.IsEmpty)
        {
            throw NotFound("The table has no snapshot log, so nobody can tell which snapshot was current then. Name a snapshot by its id.");
        }
        // Clocks of writers differ, so times in the log may go back. The log's order is the truth; the last fitting entry counts.
        SnapshotLogEntry entry = metadata.SnapshotLog.LastOrDefault(e => e.Timestamp <= time) ?? throw NotFound(
            $"The table had no snapshot at {Text(time)}. The earliest known is {metadata.SnapshotLog[0].SnapshotId} of {Text(metadata.SnapshotLog[0].Timestamp)}.");
        Snapshot snapshot = metadata.Snapshot(entry.SnapshotId) ?? throw NotFound(
            $"Snapshot {entry.SnapshotId}, current at {Text(time)}, was expired. Get-IcebergSnapshot lists those that are left.");
        return (snapshot, metadata.SchemaOf(snapshot));
    }

    /// <summary>The head of a branch, or a tag; null snapshot only for main of a table without snapshots.</summary>
    /// <exception cref="IcebergException">RefNotFound.</exception>
    public static (Snapshot? Snapshot, Schema Schema) ByRef(TableMetadata metadata, string name)
    {
        if (!metadata.Refs.TryGetValue(name, out SnapshotRef? reference))
        {
            if (name == SnapshotRef.Main && metadata.CurrentSnapshotId is null) return Current(metadata);
            throw RefNotFound(metadata, name);
        }
        (Snapshot snapshot, Schema schema) = ById(metadata, reference.SnapshotId);
        return (snapshot, reference.Type == SnapshotRefType.Branch ? metadata.CurrentSchema : schema);
    }

    internal static IcebergException RefNotFound(TableMetadata metadata, string name) => new(
        IcebergErrorKind.RefNotFound,
        $"The table has no branch or tag '{name}'. It has: {(metadata.Refs.IsEmpty ? "none" : string.Join(", ", metadata.Refs.Keys))}.");

    private static IcebergException NotFound(string message) => new(IcebergErrorKind.SnapshotNotFound, message);

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
