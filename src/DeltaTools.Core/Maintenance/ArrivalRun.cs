using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

/// <summary>Files of neighbouring commits in the order of arrival, with what each partition has of them.</summary>
internal sealed class ArrivalRun
{
    private readonly List<FileScanTask> _files = [];
    private readonly Dictionary<PartitionTuple, (int Files, double Bytes)> _parts = [];

    public ImmutableArray<FileScanTask> Files => [.. _files];

    public bool IsEmpty => _files.Count == 0;

    public double Bytes => _parts.Values.Sum(p => p.Bytes);

    /// <summary>The most files that one partition has.</summary>
    public int MostFiles => _parts.Count == 0 ? 0 : _parts.Values.Max(p => p.Files);

    public IEnumerable<PartitionTuple> Partitions => _parts.Keys;

    public void Add(FileScanTask file, PartitionTuple partition)
    {
        _files.Add(file);
        Add(partition, 1, RowsDeleted.LiveBytes(file));
    }

    public void Add(ArrivalRun next)
    {
        _files.AddRange(next._files);
        foreach ((PartitionTuple partition, (int files, double bytes)) in next._parts) Add(partition, files, bytes);
    }

    /// <summary>Whether no partition would have more than a file may hold, if more came.</summary>
    public bool HasRoomFor(ArrivalRun next, long targetFileSize) => next._parts.All(p =>
        !_parts.TryGetValue(p.Key, out (int Files, double Bytes) own) || own.Bytes + p.Value.Bytes <= targetFileSize);

    /// <summary>Whether several files of a partition make one that need not grow.</summary>
    public bool Fills(double bytes) => _parts.Values.Any(p => p.Files > 1 && p.Bytes >= bytes);

    private void Add(PartitionTuple partition, int files, double bytes)
    {
        (int before, double size) = _parts.GetValueOrDefault(partition);
        _parts[partition] = (before + files, size + bytes);
    }
}
