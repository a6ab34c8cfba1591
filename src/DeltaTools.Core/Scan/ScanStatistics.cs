namespace DeltaTools.Core.Scan;

/// <summary>What planning looked at and could leave out.</summary>
public sealed record ScanStatistics
{
    public int DataManifests { get; init; }

    /// <summary>Data manifests that were not read: no live files, or none in a wanted partition.</summary>
    public int SkippedDataManifests { get; init; }

    public int DeleteManifests { get; init; }

    /// <inheritdoc cref="SkippedDataManifests"/>
    public int SkippedDeleteManifests { get; init; }

    /// <summary>Data files that were left out by their partition, in manifests that were read and know their counts.</summary>
    public long FilesSkippedByPartition { get; init; }

    /// <summary>Data files that were left out by their column metrics.</summary>
    public long FilesSkippedByMetrics { get; init; }

    /// <summary>Live delete files and deletion vectors that were read, and of these the ones that apply to a file of the plan.</summary>
    public int DeleteFiles { get; init; }

    /// <inheritdoc cref="DeleteFiles"/>
    public int AppliedDeleteFiles { get; init; }

    /// <summary>Data files of the plan, their rows before deletes, and their bytes.</summary>
    public int Files { get; init; }

    /// <inheritdoc cref="Files"/>
    public long Rows { get; init; }

    /// <inheritdoc cref="Files"/>
    public long Bytes { get; init; }

    public TimeSpan Duration { get; init; }
}
