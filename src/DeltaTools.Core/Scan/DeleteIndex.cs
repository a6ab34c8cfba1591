using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>Finds the deletes that apply to a data file ("Scan Planning", scope rules).</summary>
/// <remarks>
/// A delete whose file names one data file, in <c>referenced_data_file</c> or by equal bounds of <c>file_path</c>, is found by that path;
/// the partition then need not be compared, as the path says more. Locations are compared in the store's one spelling.
/// </remarks>
internal sealed class DeleteIndex
{
    private static readonly PartitionKey _everywhere = new(-1, PartitionTuple.Empty);

    private readonly Func<string, string> _resolve;
    private readonly Dictionary<string, DeleteFile> _vectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeleteFile>> _positionsByPath = new(StringComparer.Ordinal);
    private readonly Dictionary<PartitionKey, List<PositionDelete>> _positions = [];
    private readonly Dictionary<PartitionKey, List<EqualityDelete>> _equalities = [];

    /// <exception cref="IcebergException">Corrupt: two deletion vectors of one data file, or a delete file without what its kind must have.</exception>
    public DeleteIndex(IEnumerable<DeleteFile> deletes, TableMetadata metadata, Func<string, string> resolve)
    {
        _resolve = resolve;
        var fields = new EqualityFields(metadata);
        foreach (DeleteFile delete in deletes)
        {
            if (delete.File.Content == DataFileContent.EqualityDeletes) AddEquality(delete, metadata, fields);
            else if (delete.File.IsDeletionVector) AddVector(delete);
            else AddPositions(delete);
        }
        // By sequence number, so that those that are too old for a data file are a prefix.
        foreach (List<PositionDelete> list in _positions.Values) list.Sort((a, b) => a.Delete.SequenceNumber.CompareTo(b.Delete.SequenceNumber));
        foreach (List<EqualityDelete> list in _equalities.Values) list.Sort((a, b) => a.Delete.SequenceNumber.CompareTo(b.Delete.SequenceNumber));
        EqualityIds = [.. _equalities.Values.SelectMany(l => l).SelectMany(d => d.File.EqualityIds).Distinct()];
    }

    /// <summary>Columns whose metrics in data files help to rule equality deletes out.</summary>
    public ImmutableArray<int> EqualityIds { get; }

    public bool IsEmpty => _vectors.Count + _positionsByPath.Count + _positions.Count + _equalities.Count == 0;

    /// <param name="path">Location of the data file in the store's spelling.</param>
    /// <param name="sequenceNumber">Data sequence number of the data file.</param>
    public ImmutableArray<DeleteFile> For(DataFile file, string path, long sequenceNumber)
    {
        if (IsEmpty) return [];
        List<DeleteFile> found = [];
        if (_vectors.TryGetValue(path, out DeleteFile? vector) && vector.SequenceNumber >= sequenceNumber)
        {
            // It holds the positions of all position deletes before it.
            found.Add(vector);
        }
        else FindPositions(file, path, sequenceNumber, found);
        if (_equalities.Count > 0) FindEqualities(file, sequenceNumber, found);
        return [.. found];
    }

    private void FindPositions(DataFile file, string path, long sequenceNumber, List<DeleteFile> found)
    {
        if (_positionsByPath.TryGetValue(path, out List<DeleteFile>? ofPath)) found.AddRange(ofPath.Where(d => d.SequenceNumber >= sequenceNumber));
        if (_positions.Count == 0 || !_positions.TryGetValue(PartitionKey.Of(file), out List<PositionDelete>? ofPartition)) return;
        for (int i = FirstAtLeast(ofPartition, sequenceNumber, d => d.Delete); i < ofPartition.Count; i++)
        {
            if (ofPartition[i].MayReferTo(file.FilePath, path)) found.Add(ofPartition[i].Delete);
        }
    }

    private void FindEqualities(DataFile file, long sequenceNumber, List<DeleteFile> found)
    {
        var metrics = new EqualityMetrics(file);
        foreach (PartitionKey key in (ReadOnlySpan<PartitionKey>)[_everywhere, PartitionKey.Of(file)])
        {
            if (!_equalities.TryGetValue(key, out List<EqualityDelete>? deletes)) continue;
            for (int i = FirstAtLeast(deletes, sequenceNumber + 1, d => d.Delete); i < deletes.Count; i++)
            {
                if (deletes[i].MayDeleteFrom(metrics)) found.Add(deletes[i].Delete);
            }
        }
    }

    private static int FirstAtLeast<T>(List<T> ascending, long sequenceNumber, Func<T, DeleteFile> delete)
    {
        int low = 0, high = ascending.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (delete(ascending[middle]).SequenceNumber < sequenceNumber) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void AddVector(DeleteFile delete)
    {
        if (delete.File.ReferencedDataFile is not { } path || delete.File.ContentOffset is null || delete.File.ContentSizeInBytes is null)
        {
            throw IcebergException.Corrupt($"The deletion vector in {delete.File.FilePath} lacks its data file, its offset or its size.");
        }
        if (!_vectors.TryAdd(_resolve(path), delete))
        {
            throw IcebergException.Corrupt($"Data file {path} has two deletion vectors in the snapshot; the second is in {delete.File.FilePath}.");
        }
    }

    private void AddPositions(DeleteFile delete)
    {
        var positions = new PositionDelete(delete, _resolve);
        if (positions.OnlyPath is { } path) ListOf(_positionsByPath, _resolve(path)).Add(delete);
        else ListOf(_positions, PartitionKey.Of(delete.File)).Add(positions);
    }

    private void AddEquality(DeleteFile delete, TableMetadata metadata, EqualityFields fields)
    {
        if (delete.File.EqualityIds.IsEmpty) throw IcebergException.Corrupt($"The equality delete file {delete.File.FilePath} names no columns to compare.");
        PartitionKey key = metadata.Spec(delete.File.SpecId).IsUnpartitioned ? _everywhere : PartitionKey.Of(delete.File);
        ListOf(_equalities, key).Add(new EqualityDelete(delete, fields));
    }

    private static List<TValue> ListOf<TKey, TValue>(Dictionary<TKey, List<TValue>> lists, TKey key) where TKey : notnull
    {
        if (!lists.TryGetValue(key, out List<TValue>? list)) lists[key] = list = [];
        return list;
    }

    private readonly record struct PartitionKey(int SpecId, PartitionTuple Partition)
    {
        public static PartitionKey Of(DataFile file) => new(file.SpecId, file.Partition);
    }
}
