namespace DeltaTools.Core.Checks;

/// <summary>Something about a table that is not as it should be.</summary>
/// <param name="Path">The file that it is about; null when it is about the table as a whole.</param>
public sealed record Finding(FindingSeverity Severity, CheckKind Check, string? Path, string Message)
{
    /// <summary>A snapshot that is affected; there may be more.</summary>
    public long? SnapshotId { get; init; }
}

public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>Breaks the specification or wastes work, but every row is read right.</summary>
    Warning,

    /// <summary>Rows cannot be read, or are read wrong by somebody.</summary>
    Error,
}

/// <summary>What was checked.</summary>
public enum CheckKind
{
    /// <summary>Every file that the table refers to is there.</summary>
    FileMissing,

    /// <summary>Files have the sizes that the metadata tells.</summary>
    FileSize,

    /// <summary>Files can be read.</summary>
    FileUnreadable,

    /// <summary>Snapshots and branches fit together.</summary>
    Metadata,

    /// <summary>Manifest lists tell the counts of their manifests.</summary>
    ManifestCounts,

    /// <summary>Manifest lists tell partitions that hold those of the manifest's files.</summary>
    ManifestPartitions,

    /// <summary>Data sequence numbers are those of commits up to the snapshot.</summary>
    SequenceNumber,

    /// <summary>Counts and bounds do not contradict each other, nor the values (deep).</summary>
    Metrics,

    /// <summary>Files have as many rows as the metadata tells.</summary>
    RecordCount,

    /// <summary>All rows of a file belong to its partition.</summary>
    Partition,

    /// <summary>Columns are found by field ids.</summary>
    FieldIds,

    /// <summary>A file is listed once in a snapshot.</summary>
    LivePathTwice,

    /// <summary>A data file has one deletion vector at most, which delete files describe rightly.</summary>
    Deletes,

    /// <summary>Deletes delete something.</summary>
    DeletesMatchNothing,

    /// <summary>Row ids are assigned, once (format version 3).</summary>
    RowLineage,

    /// <summary>What could not be checked.</summary>
    NotChecked,
}
