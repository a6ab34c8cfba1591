using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>Counts files, records and bytes that a commit adds and removes, and tells them as a snapshot's summary.</summary>
internal sealed class FileCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<(int SpecId, PartitionTuple Partition)> _partitions = [];

    public void Added(DataFile file)
    {
        Add(SnapshotSummary.AddedFilesSize, file.ContentSize);
        switch (file.Content)
        {
            case DataFileContent.Data:
                Add(SnapshotSummary.AddedDataFiles, 1);
                Add(SnapshotSummary.AddedRecords, file.RecordCount);
                break;
            case DataFileContent.PositionDeletes:
                Add(SnapshotSummary.AddedDeleteFiles, 1);
                Add(file.IsDeletionVector ? SnapshotSummary.AddedDvs : SnapshotSummary.AddedPositionDeleteFiles, 1);
                Add(SnapshotSummary.AddedPositionDeletes, file.RecordCount);
                break;
            default:
                Add(SnapshotSummary.AddedDeleteFiles, 1);
                Add(SnapshotSummary.AddedEqualityDeleteFiles, 1);
                Add(SnapshotSummary.AddedEqualityDeletes, file.RecordCount);
                break;
        }
        _partitions.Add((file.SpecId, file.Partition));
    }

    public void Removed(DataFile file)
    {
        Add(SnapshotSummary.RemovedFilesSize, file.ContentSize);
        switch (file.Content)
        {
            case DataFileContent.Data:
                Add(SnapshotSummary.DeletedDataFiles, 1);
                Add(SnapshotSummary.DeletedRecords, file.RecordCount);
                break;
            case DataFileContent.PositionDeletes:
                Add(SnapshotSummary.RemovedDeleteFiles, 1);
                Add(file.IsDeletionVector ? SnapshotSummary.RemovedDvs : SnapshotSummary.RemovedPositionDeleteFiles, 1);
                Add(SnapshotSummary.RemovedPositionDeletes, file.RecordCount);
                break;
            default:
                Add(SnapshotSummary.RemovedDeleteFiles, 1);
                Add(SnapshotSummary.RemovedEqualityDeleteFiles, 1);
                Add(SnapshotSummary.RemovedEqualityDeletes, file.RecordCount);
                break;
        }
        _partitions.Add((file.SpecId, file.Partition));
    }

    public long this[string name] => _counts.GetValueOrDefault(name);

    /// <summary>Counts above zero, and in how many partitions files changed.</summary>
    public IEnumerable<KeyValuePair<string, string>> Summary() => _counts
        .Where(c => c.Value > 0)
        .Select(c => KeyValuePair.Create(c.Key, Text(c.Value)))
        .Append(KeyValuePair.Create(SnapshotSummary.ChangedPartitionCount, Text(_partitions.Count)));

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private void Add(string name, long value) => _counts[name] = _counts.GetValueOrDefault(name) + value;
}
