using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A Puffin file with statistics of one snapshot ("Table Statistics"). Kept and carried, not needed to read.</summary>
public sealed record StatisticsFile(
    long SnapshotId,
    string StatisticsPath,
    long FileSizeInBytes,
    long FileFooterSizeInBytes,
    ImmutableArray<StatisticsBlob> BlobMetadata,
    string? KeyMetadata = null)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}

public sealed record StatisticsBlob(
    string Type,
    long SnapshotId,
    long SequenceNumber,
    ImmutableArray<int> Fields,
    ImmutableSortedDictionary<string, string> Properties)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}

/// <summary>A file with statistics by partition of one snapshot ("Partition Statistics").</summary>
public sealed record PartitionStatisticsFile(long SnapshotId, string StatisticsPath, long FileSizeInBytes)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}
