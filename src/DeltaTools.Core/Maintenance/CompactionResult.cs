namespace DeltaTools.Core.Maintenance;

/// <summary>What a compaction did.</summary>
/// <param name="Plan">The first plan; what other writers did meanwhile may have changed it.</param>
/// <param name="SnapshotId">The last snapshot that it made; null when there was nothing to do.</param>
/// <param name="Commits">1, unless partial progress was asked for.</param>
/// <param name="Attempts">How often it was planned, because other writers changed what was rewritten; 1 when none did.</param>
public sealed record CompactionResult(CompactionPlan Plan, long? SnapshotId, int Commits, int Attempts, TimeSpan Duration)
{
    public int FilesRemoved { get; init; }

    public int FilesAdded { get; init; }

    /// <summary>Bytes of the data files removed.</summary>
    public long BytesRemoved { get; init; }

    /// <summary>Bytes of the data files added.</summary>
    public long BytesAdded { get; init; }

    public int DeleteFilesRemoved { get; init; }
}
