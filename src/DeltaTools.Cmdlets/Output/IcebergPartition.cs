using System.Collections.Specialized;
using DeltaTools.Cmdlets;
using DeltaTools.Core.Scan;

namespace DeltaTools;

/// <summary>What the live files of one partition come to.</summary>
public sealed class IcebergPartition : TableOutput
{
    internal IcebergPartition(OpenTable table, FieldCatalog fields, PartitionStatistics partition) : base(table.Source)
    {
        Partition = PartitionValues.Text(partition.Spec, fields.PartitionType(partition.Spec.SpecId), partition.Partition);
        PartitionValue = PartitionValues.Of(partition.Spec, fields.PartitionType(partition.Spec.SpecId), partition.Partition);
        SpecId = partition.Spec.SpecId;
        Records = partition.RecordCount;
        DataFiles = partition.FileCount;
        Size = partition.DataFileSize;
        PositionDeletes = partition.PositionDeleteRecordCount;
        PositionDeleteFiles = partition.PositionDeleteFileCount;
        EqualityDeletes = partition.EqualityDeleteRecordCount;
        EqualityDeleteFiles = partition.EqualityDeleteFileCount;
        LastUpdated = partition.LastUpdated?.Timestamp;
        LastUpdatedSnapshotId = partition.LastUpdated?.SnapshotId;
    }

    /// <summary><c>ts_day=2021-01-01/region=EU</c>; null when unpartitioned.</summary>
    public string? Partition { get; }

    /// <summary>Values by partition field.</summary>
    public OrderedDictionary PartitionValue { get; }

    /// <summary>Partitions of different specs are told apart.</summary>
    public int SpecId { get; }

    /// <summary>Rows of the data files, before deletes.</summary>
    public long Records { get; }

    public int DataFiles { get; }

    /// <summary>Bytes of the data files.</summary>
    public long Size { get; }

    /// <summary>Deleted positions, in delete files and deletion vectors.</summary>
    public long PositionDeletes { get; }

    public int PositionDeleteFiles { get; }

    public long EqualityDeletes { get; }

    public int EqualityDeleteFiles { get; }

    /// <summary>When a file was last added; null when that snapshot has expired.</summary>
    public DateTimeOffset? LastUpdated { get; }

    public long? LastUpdatedSnapshotId { get; }
}
