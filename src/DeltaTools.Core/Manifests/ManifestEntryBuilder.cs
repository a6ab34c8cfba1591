using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>The entry that is being read. One instance serves all entries of a manifest.</summary>
internal sealed class ManifestEntryBuilder
{
    private readonly int _specId;
    private readonly PartitionTuple _noPartition;
    private readonly ManifestReadOptions _options;
    private PartitionTuple? _judged;
    private bool _accepted;

    /// <param name="noPartition">The tuple of entries whose partition is null.</param>
    public ManifestEntryBuilder(int specId, PartitionTuple noPartition, ManifestReadOptions options) =>
        (_specId, _noPartition, _options, Partition) = (specId, noPartition, options, noPartition);

    public int? Status { get; set; }

    public long? SnapshotId { get; set; }

    public long? SequenceNumber { get; set; }

    public long? FileSequenceNumber { get; set; }

    public int Content { get; set; }

    /// <summary>Where the path stands in the block; it is decoded only for entries that are wanted.</summary>
    public Range? Path { get; set; }

    public FileFormat? Format { get; set; }

    public PartitionTuple Partition { get; set; }

    public long? RecordCount { get; set; }

    public long FileSize { get; set; }

    public FieldMap<long> ColumnSizes { get; set; } = FieldMap<long>.Empty;

    public FieldMap<long> ValueCounts { get; set; } = FieldMap<long>.Empty;

    public FieldMap<long> NullValueCounts { get; set; } = FieldMap<long>.Empty;

    public FieldMap<long> NanValueCounts { get; set; } = FieldMap<long>.Empty;

    public FieldMap<byte[]> LowerBounds { get; set; } = FieldMap<byte[]>.Empty;

    public FieldMap<byte[]> UpperBounds { get; set; } = FieldMap<byte[]>.Empty;

    public byte[]? KeyMetadata { get; set; }

    public ImmutableArray<long> SplitOffsets { get; set; } = [];

    public ImmutableArray<int> EqualityIds { get; set; } = [];

    public int? SortOrderId { get; set; }

    public long? FirstRowId { get; set; }

    public string? ReferencedDataFile { get; set; }

    public long? ContentOffset { get; set; }

    public long? ContentSize { get; set; }

    /// <summary>Whether the options want the entry, as far as it has been read.</summary>
    public bool IsWanted
    {
        get
        {
            if (_options.LiveOnly && Status == (int)ManifestEntryStatus.Deleted) return false;
            if (_options.Partition is null) return true;
            if (!ReferenceEquals(_judged, Partition)) (_judged, _accepted) = (Partition, _options.Partition(Partition));
            return _accepted;
        }
    }

    public void Reset()
    {
        (Status, SnapshotId, SequenceNumber, FileSequenceNumber) = (null, null, null, null);
        (Content, Path, Format, Partition, RecordCount, FileSize) = (0, null, null, _noPartition, null, 0);
        ColumnSizes = ValueCounts = NullValueCounts = NanValueCounts = FieldMap<long>.Empty;
        LowerBounds = UpperBounds = FieldMap<byte[]>.Empty;
        (KeyMetadata, SplitOffsets, EqualityIds, SortOrderId) = (null, [], [], null);
        (FirstRowId, ReferencedDataFile, ContentOffset, ContentSize) = (null, null, null, null);
    }

    /// <summary>Checks what every entry must have.</summary>
    /// <exception cref="InvalidDataException">A required field is missing or out of range.</exception>
    public void Check()
    {
        if (Status is not (>= 0 and <= 2)) throw new InvalidDataException($"An entry has status {(object?)Status ?? "null"}.");
        if (Content is not (>= 0 and <= 2)) throw new InvalidDataException($"An entry has content {Content}.");
        if (Path is null) throw new InvalidDataException("An entry has no file_path.");
        if (Format is null) throw new InvalidDataException("An entry has no file_format.");
        if (RecordCount is not >= 0) throw new InvalidDataException($"An entry has record_count {(object?)RecordCount ?? "null"}.");
    }

    public ManifestEntry ToEntry(string path)
    {
        bool hasMetrics = (ColumnSizes.Count | ValueCounts.Count | NullValueCounts.Count | NanValueCounts.Count | LowerBounds.Count | UpperBounds.Count) != 0;
        return new ManifestEntry((ManifestEntryStatus)Status!.Value, SnapshotId, SequenceNumber, FileSequenceNumber, new DataFile
        {
            Content = (DataFileContent)Content,
            FilePath = path,
            Format = Format!.Value,
            SpecId = _specId,
            Partition = Partition,
            RecordCount = RecordCount!.Value,
            FileSizeInBytes = FileSize,
            Metrics = !hasMetrics ? ColumnMetrics.None : new ColumnMetrics
            {
                ColumnSizes = ColumnSizes,
                ValueCounts = ValueCounts,
                NullValueCounts = NullValueCounts,
                NanValueCounts = NanValueCounts,
                LowerBounds = LowerBounds,
                UpperBounds = UpperBounds,
            },
            KeyMetadata = KeyMetadata,
            SplitOffsets = SplitOffsets,
            EqualityIds = EqualityIds,
            SortOrderId = SortOrderId,
            FirstRowId = FirstRowId,
            ReferencedDataFile = ReferencedDataFile,
            ContentOffset = ContentOffset,
            ContentSizeInBytes = ContentSize,
        });
    }
}
