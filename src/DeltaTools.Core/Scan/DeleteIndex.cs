using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>Finds the deletes that apply to a data file ("Scan Planning", scope rules).</summary>
/// <remarks>
/// A delete whose file names one data file, in <c>referenced_data_file</c> or by equal bounds of <c>file_path</c>, is found by that path;
/// the partition then need not be compared, as the path says more. Locations are compared in the store's one spelling.
/// Not for concurrent use.
/// </remarks>
internal sealed class DeleteIndex
{
    private static readonly PartitionKey _everywhere = new(-1, PartitionTuple.Empty);

    private readonly Dictionary<string, DeleteFile> _vectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeleteFile>> _positionsByPath = new(StringComparer.Ordinal);
    private readonly Dictionary<PartitionKey, PositionDeletes> _positions = [];
    private readonly Dictionary<PartitionKey, EqualityDeletes> _equalities = [];
    private readonly Dictionary<DeleteFile, int> _ordinals = new(ReferenceEqualityComparer.Instance);

    /// <summary>The partition that was asked for last: files come in runs of one.</summary>
    private (PartitionKey Key, PositionDeletes? Positions, EqualityDeletes? Equalities) _last = (_everywhere, null, null);

    /// <param name="resolve">Gives the store's spelling of a location.</param>
    /// <exception cref="IcebergException">Corrupt: two deletion vectors of one data file, or a delete file without what its kind must have.</exception>
    public DeleteIndex(IReadOnlyCollection<DeleteFile> deletes, TableMetadata metadata, Func<string, string> resolve)
    {
        var fields = new EqualityFields(metadata);
        foreach (DeleteFile delete in deletes)
        {
            _ordinals.Add(delete, _ordinals.Count);
            if (delete.File.Content == DataFileContent.EqualityDeletes) AddEquality(delete, metadata, fields);
            else if (delete.File.IsDeletionVector) AddVector(delete, resolve);
            else AddPositions(delete, resolve);
        }
        foreach (PositionDeletes positions in _positions.Values) positions.Freeze();
        foreach (EqualityDeletes equalities in _equalities.Values) equalities.Freeze();
        EqualityIds = [.. deletes.SelectMany(d => d.File.EqualityIds).Distinct()];
    }

    /// <summary>Columns whose metrics in data files help to rule equality deletes out.</summary>
    public ImmutableArray<int> EqualityIds { get; }

    /// <param name="path">Location of the data file in the store's spelling.</param>
    /// <param name="sequenceNumber">Data sequence number of the data file.</param>
    /// <returns>In the order that the deletes were given in.</returns>
    public ImmutableArray<DeleteFile> For(DataFile file, string path, long sequenceNumber)
    {
        if (_ordinals.Count == 0) return [];
        List<DeleteFile> found = [];
        // A deletion vector holds the positions of all position deletes before it.
        if (_vectors.TryGetValue(path, out DeleteFile? vector) && vector.SequenceNumber >= sequenceNumber) found.Add(vector);
        else FindPositions(file, path, sequenceNumber, found);
        FindEqualities(file, sequenceNumber, found);
        if (found.Count > 1) found.Sort((a, b) => _ordinals[a].CompareTo(_ordinals[b]));
        return [.. found];
    }

    private void FindPositions(DataFile file, string path, long sequenceNumber, List<DeleteFile> found)
    {
        if (_positionsByPath.TryGetValue(path, out List<DeleteFile>? ofPath)) found.AddRange(ofPath);
        if (OfPartition(file).Positions is { } ofPartition) ofPartition.Find(new SpelledLocation(file.FilePath, path), found);
        found.RemoveAll(d => d.SequenceNumber < sequenceNumber);
    }

    private void FindEqualities(DataFile file, long sequenceNumber, List<DeleteFile> found)
    {
        if (_equalities.Count == 0) return;
        var metrics = new EqualityMetrics(file);
        List<EqualityDelete> equalities = [];
        if (_equalities.TryGetValue(_everywhere, out EqualityDeletes? global)) global.Find(metrics, equalities);
        OfPartition(file).Equalities?.Find(metrics, equalities);
        found.AddRange(equalities.Select(e => e.Delete).Where(d => d.SequenceNumber > sequenceNumber));
    }

    private (PartitionKey Key, PositionDeletes? Positions, EqualityDeletes? Equalities) OfPartition(DataFile file)
    {
        var key = PartitionKey.Of(file);
        if (key.SpecId != _last.Key.SpecId || !ReferenceEquals(key.Partition, _last.Key.Partition))
        {
            _last = (key, _positions.GetValueOrDefault(key), _equalities.GetValueOrDefault(key));
        }
        return _last;
    }

    private void AddVector(DeleteFile delete, Func<string, string> resolve)
    {
        if (delete.File.ReferencedDataFile is not { } path || delete.File.ContentOffset is null || delete.File.ContentSizeInBytes is null)
        {
            throw IcebergException.Corrupt($"The deletion vector in {delete.File.FilePath} lacks its data file, its offset or its size.");
        }
        if (!_vectors.TryAdd(resolve(path), delete))
        {
            throw IcebergException.Corrupt($"Data file {path} has two deletion vectors in the snapshot; the second is in {delete.File.FilePath}.");
        }
    }

    private void AddPositions(DeleteFile delete, Func<string, string> resolve)
    {
        var positions = PositionDelete.Of(delete);
        if (positions.OnlyPath is { } path) ValueOf(_positionsByPath, resolve(path)).Add(delete);
        else ValueOf(_positions, PartitionKey.Of(delete.File)).Add(positions, resolve);
    }

    private void AddEquality(DeleteFile delete, TableMetadata metadata, EqualityFields fields)
    {
        if (delete.File.EqualityIds.IsEmpty) throw IcebergException.Corrupt($"The equality delete file {delete.File.FilePath} names no columns to compare.");
        PartitionKey key = metadata.Spec(delete.File.SpecId).IsUnpartitioned ? _everywhere : PartitionKey.Of(delete.File);
        ValueOf(_equalities, key).Add(new EqualityDelete(delete, fields));
    }

    private static TValue ValueOf<TKey, TValue>(Dictionary<TKey, TValue> values, TKey key) where TKey : notnull where TValue : new()
    {
        if (!values.TryGetValue(key, out TValue? value)) values[key] = value = new TValue();
        return value;
    }

    private readonly record struct PartitionKey(int SpecId, PartitionTuple Partition)
    {
        public static PartitionKey Of(DataFile file) => new(file.SpecId, file.Partition);
    }
}
