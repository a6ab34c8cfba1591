using DeltaTools.Cmdlets;
using DeltaTools.Core.Scan;

namespace DeltaTools;

/// <summary>A line of a manifest: a file, and whether the manifest's snapshot added it, kept it or took it away.</summary>
public sealed class IcebergEntry : TableOutput
{
    internal IcebergEntry(OpenTable table, FieldCatalog fields, SnapshotEntry entry) : base(table.Source)
    {
        Status = entry.Entry.Status.ToString();
        SnapshotId = entry.Entry.SnapshotId;
        SequenceNumber = entry.Entry.SequenceNumber;
        FileSequenceNumber = entry.Entry.FileSequenceNumber;
        File = new IcebergFile(table, fields, entry.Entry);
        Manifest = entry.Manifest.ManifestPath;
    }

    /// <summary><c>Added</c>, <c>Existing</c> or <c>Deleted</c>.</summary>
    public string Status { get; }

    /// <summary>The snapshot that added the file, or that deleted it when the status says so.</summary>
    public long? SnapshotId { get; }

    /// <summary>Data sequence number: deletes apply to files with smaller ones.</summary>
    public long? SequenceNumber { get; }

    /// <summary>Sequence number of the commit that added the file.</summary>
    public long? FileSequenceNumber { get; }

    public IcebergFile File { get; }

    /// <summary>The manifest that lists it.</summary>
    public string Manifest { get; }
}
