using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>A metadata file that a table has had, or has now.</summary>
public sealed class IcebergMetadataLogEntry : TableOutput
{
    private IcebergMetadataLogEntry(OpenTable table, DateTimeOffset writtenAt, string file) : base(table.Source)
    {
        WrittenAt = writtenAt;
        MetadataLocation = file;
        SnapshotId = table.Metadata.SnapshotLog.LastOrDefault(e => e.Timestamp <= writtenAt)?.SnapshotId;
        Snapshot? snapshot = SnapshotId is { } id ? table.Metadata.Snapshot(id) : null;
        SchemaId = snapshot?.SchemaId;
        SequenceNumber = snapshot?.SequenceNumber;
        IsCurrent = file == table.Table.MetadataLocation;
    }

    public DateTimeOffset WrittenAt { get; }

    /// <summary>Location of the metadata file; it may have been deleted since.</summary>
    public string MetadataLocation { get; }

    /// <summary>The snapshot that was current then, by the snapshot log.</summary>
    public long? SnapshotId { get; }

    /// <summary>Schema of that snapshot; null when it has expired.</summary>
    public int? SchemaId { get; }

    /// <summary>Sequence number of that snapshot; null when it has expired.</summary>
    public long? SequenceNumber { get; }

    public bool IsCurrent { get; }

    /// <summary>Oldest first, the current file at the end.</summary>
    internal static IEnumerable<IcebergMetadataLogEntry> Of(OpenTable table) => table.Metadata.MetadataLog
        .Append(new MetadataLogEntry(table.Metadata.LastUpdated, table.Table.MetadataLocation))
        .Select(e => new IcebergMetadataLogEntry(table, e.Timestamp, e.MetadataFile));
}
