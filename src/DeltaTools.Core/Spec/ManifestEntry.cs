namespace DeltaTools.Core.Spec;

/// <summary>A line of a manifest: a file and what happened to it ("Manifest Entry Fields").</summary>
/// <param name="SnapshotId">Snapshot that added the file, or that deleted it when the status says so; null while it is to be inherited.</param>
/// <param name="SequenceNumber">Data sequence number; null on an added entry that is not committed yet.</param>
/// <param name="FileSequenceNumber">Sequence number of the commit that added the file; null as above.</param>
public sealed record ManifestEntry(
    ManifestEntryStatus Status,
    long? SnapshotId,
    long? SequenceNumber,
    long? FileSequenceNumber,
    DataFile DataFile)
{
    public bool IsLive => Status != ManifestEntryStatus.Deleted;

    public static ManifestEntry Added(DataFile file, long? sequenceNumber = null) =>
        new(ManifestEntryStatus.Added, null, sequenceNumber, null, file);
}

public enum ManifestEntryStatus { Existing = 0, Added = 1, Deleted = 2 }
