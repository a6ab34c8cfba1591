using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>A data file to read, with the deletes that apply to it.</summary>
/// <param name="SequenceNumber">Data sequence number of the file; 0 in v1.</param>
/// <param name="Spec">Spec of the file's partition tuple.</param>
/// <param name="Deletes">Position delete files, deletion vectors and equality delete files; a deletion vector comes alone of the first two.</param>
public sealed record FileScanTask(DataFile File, long SequenceNumber, PartitionSpec Spec, ImmutableArray<DeleteFile> Deletes)
{
    /// <summary>Snapshot that added the file; it may have been expired. Null when the manifest does not say.</summary>
    public long? SnapshotId { get; init; }
}

/// <param name="SequenceNumber">Data sequence number of the delete file.</param>
public sealed record DeleteFile(DataFile File, long SequenceNumber);
