using System.Collections.Specialized;
using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>A data or delete file of a snapshot.</summary>
/// <remarks>What few scripts look at is made when they do: a table may have a hundred thousand files.</remarks>
public sealed class IcebergFile : TableOutput
{
    private readonly DataFile _file;
    private readonly FieldCatalog _fields;

    internal IcebergFile(OpenTable table, FieldCatalog fields, ManifestEntry entry) : base(table.Source)
    {
        _file = entry.DataFile;
        _fields = fields;
        SequenceNumber = entry.SequenceNumber;
        AddedSnapshotId = entry.IsLive ? entry.SnapshotId : null;
    }

    public IcebergFileContent Content => (IcebergFileContent)_file.Content;

    /// <summary>Location as the table names it.</summary>
    public string Path => _file.FilePath;

    /// <summary><c>Parquet</c>, <c>Avro</c>, <c>Orc</c> or <c>Puffin</c>.</summary>
    public string Format => _file.Format.ToString();

    /// <summary>The partition spec that the partition belongs to.</summary>
    public int SpecId => _file.SpecId;

    /// <summary><c>ts_day=2021-01-01/region=EU</c>; null when unpartitioned.</summary>
    public string? Partition => PartitionValues.Text(_fields.Spec(SpecId), _fields.PartitionType(SpecId), _file.Partition);

    /// <summary>Values by partition field.</summary>
    public OrderedDictionary PartitionValue => PartitionValues.Of(_fields.Spec(SpecId), _fields.PartitionType(SpecId), _file.Partition);

    /// <summary>Rows, before deletes; of a delete file its deletes.</summary>
    public long Records => _file.RecordCount;

    /// <summary>Bytes. Deletion vectors may share a file.</summary>
    public long Size => _file.FileSizeInBytes;

    /// <summary>Data sequence number: deletes apply to files with smaller ones.</summary>
    public long? SequenceNumber { get; }

    /// <summary>The snapshot that added it.</summary>
    public long? AddedSnapshotId { get; }

    public int? SortOrderId => _file.SortOrderId;

    /// <summary>Columns whose values an equality delete file compares.</summary>
    public string[] EqualityColumn => [.. _file.EqualityIds.Select(_fields.NameOf)];

    /// <summary>The one data file that the deletes refer to.</summary>
    public string? ReferencedDataFile => _file.ReferencedDataFile;

    /// <summary>Where a deletion vector starts in its file.</summary>
    public long? ContentOffset => _file.ContentOffset;

    /// <summary>Bytes of a deletion vector.</summary>
    public long? ContentSize => _file.ContentSizeInBytes;

    /// <summary>Row id of the first row (format version 3).</summary>
    public long? FirstRowId => _file.FirstRowId;

    /// <summary>Where the file may be split for reading.</summary>
    public long[] SplitOffset => [.. _file.SplitOffsets];

    /// <summary>Metrics of each column.</summary>
    public IcebergFileColumn[] Columns => IcebergFileColumn.Of(_file.Metrics, _fields);

    /// <summary>Lower bounds by the present names of columns.</summary>
    public OrderedDictionary LowerBound => Bounds(_file.Metrics.LowerBounds);

    /// <summary>Upper bounds by the present names of columns.</summary>
    public OrderedDictionary UpperBound => Bounds(_file.Metrics.UpperBounds);

    public override string ToString() => Path;

    private OrderedDictionary Bounds(FieldMap<byte[]> bounds)
    {
        OrderedDictionary values = new(StringComparer.OrdinalIgnoreCase);
        foreach ((int id, byte[] bytes) in bounds) values[_fields.NameOf(id)] = _fields.Bound(id, bytes);
        return values.AsReadOnly();
    }
}
