using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A data or delete file as a manifest tracks it ("Data File Fields").</summary>
public sealed record DataFile
{
    public DataFileContent Content { get; init; }

    /// <summary>Full URI.</summary>
    public required string FilePath { get; init; }

    public FileFormat Format { get; init; } = FileFormat.Parquet;

    /// <summary>Spec that the partition tuple belongs to; from the manifest, not stored in the entry.</summary>
    public int SpecId { get; init; }

    /// <summary>One value for each field of the spec, in their order, in physical form.</summary>
    public PartitionTuple Partition { get; init; } = PartitionTuple.Empty;

    /// <summary>Rows; for a deletion vector its cardinality.</summary>
    public required long RecordCount { get; init; }

    public required long FileSizeInBytes { get; init; }

    /// <summary>Column metrics, or <see cref="ColumnMetrics.None"/> when the reader skipped them or the writer had none.</summary>
    public ColumnMetrics Metrics { get; init; } = ColumnMetrics.None;

    public byte[]? KeyMetadata { get; init; }

    public ImmutableArray<long> SplitOffsets { get; init; } = [];

    /// <summary>Equality delete files: the field ids that are compared.</summary>
    public ImmutableArray<int> EqualityIds { get; init; } = [];

    public int? SortOrderId { get; init; }

    /// <summary>Row id of the first row (v3), inherited when a manifest is read.</summary>
    public long? FirstRowId { get; init; }

    /// <summary>The one data file that all deletes of this file refer to; always set for deletion vectors.</summary>
    public string? ReferencedDataFile { get; init; }

    /// <summary>Deletion vectors: where the blob starts in the Puffin file, and its length.</summary>
    public long? ContentOffset { get; init; }

    public long? ContentSizeInBytes { get; init; }

    public bool IsDeletionVector => Content == DataFileContent.PositionDeletes && Format == FileFormat.Puffin;

    /// <summary>Bytes this entry stands for: the blob of a deletion vector, else the file.</summary>
    public long ContentSize => ContentSizeInBytes ?? FileSizeInBytes;
}

public enum DataFileContent { Data = 0, PositionDeletes = 1, EqualityDeletes = 2 }

public enum FileFormat { Parquet, Avro, Orc, Puffin }
