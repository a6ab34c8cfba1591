using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>What one partition holds: sums over its live files, as in Iceberg's <c>partitions</c> metadata table.</summary>
/// <param name="Spec">Partitions of different specs are told apart.</param>
public sealed record PartitionStatistics(PartitionSpec Spec, PartitionTuple Partition)
{
    /// <summary>Rows of the data files, before deletes.</summary>
    public long RecordCount { get; init; }

    public int FileCount { get; init; }

    /// <summary>Bytes of the data files.</summary>
    public long DataFileSize { get; init; }

    /// <summary>Deleted positions, in delete files and deletion vectors.</summary>
    public long PositionDeleteRecordCount { get; init; }

    public int PositionDeleteFileCount { get; init; }

    public long EqualityDeleteRecordCount { get; init; }

    public int EqualityDeleteFileCount { get; init; }

    /// <summary>The last snapshot that added one of the files, of those the table still has.</summary>
    public Snapshot? LastUpdated { get; init; }

    internal PartitionStatistics Add(DataFile file, Snapshot? snapshot)
    {
        PartitionStatistics sum = file.Content switch
        {
            DataFileContent.Data => this with
            {
                RecordCount = RecordCount + file.RecordCount,
                FileCount = FileCount + 1,
                DataFileSize = DataFileSize + file.FileSizeInBytes,
            },
            DataFileContent.PositionDeletes => this with
            {
                PositionDeleteRecordCount = PositionDeleteRecordCount + file.RecordCount,
                PositionDeleteFileCount = PositionDeleteFileCount + 1,
            },
            _ => this with
            {
                EqualityDeleteRecordCount = EqualityDeleteRecordCount + file.RecordCount,
                EqualityDeleteFileCount = EqualityDeleteFileCount + 1,
            },
        };
        return snapshot is null || snapshot.Timestamp <= LastUpdated?.Timestamp ? sum : sum with { LastUpdated = snapshot };
    }
}
