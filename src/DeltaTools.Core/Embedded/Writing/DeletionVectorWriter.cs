using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Puffin;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Writes deletion vectors: one for each data file that loses rows, with what was deleted from it before, all in one Puffin file.</summary>
internal static class DeletionVectorWriter
{
    private const string CreatedBy = "DeltaTools";

    public static async Task<RowDeletes> WriteAsync(
        DuckSession session, IObjectStore store, FileSink sink, ImmutableArray<FileScanTask> tasks, string table, CancellationToken cancel)
    {
        SortedDictionary<int, DeletionVector> vectors = [];
        await LongColumn.ReadAsync(session, $"SELECT k FROM {table} ORDER BY k", keys => Add(vectors, keys), cancel).ConfigureAwait(false);
        if (vectors.Count == 0) return RowDeletes.None;
        await AddOlderAsync(session, store, tasks, vectors, cancel).ConfigureAwait(false);

        NewFile file = sink.Next(extension: "puffin");
        var puffin = new PuffinWriter(CreatedBy);
        var blobs = new List<(int Ordinal, PuffinBlob Blob)>();
        foreach ((int ordinal, DeletionVector vector) in vectors) blobs.Add((ordinal, puffin.Add(vector, tasks[ordinal].File.FilePath)));
        byte[] content = puffin.ToArray(out _);
        await store.WriteAsync(file.Location, content, cancel).ConfigureAwait(false);
        return new(
            [.. blobs.Select(b => Entry(tasks[b.Ordinal].File, file.Location, content.Length, b.Blob, vectors[b.Ordinal].Count))],
            [.. vectors.Keys.SelectMany(o => Replaced(tasks[o])).DistinctBy(f => (f.FilePath, f.ContentOffset))]);
    }

    private static void Add(SortedDictionary<int, DeletionVector> vectors, ReadOnlySpan<long> keys)
    {
        int last = -1;
        DeletionVector? vector = null;
        foreach (long key in keys)
        {
            int ordinal = (int)(key >> Sql.PositionBits);
            if (ordinal != last || vector is null)
            {
                if (!vectors.TryGetValue(ordinal, out vector)) vectors[ordinal] = vector = new DeletionVector();
                last = ordinal;
            }
            vector.Add(key & Sql.PositionMask);
        }
    }

    /// <summary>Readers look at the vector alone, so it takes over what older vectors and position delete files delete.</summary>
    private static async Task AddOlderAsync(
        DuckSession session, IObjectStore store, ImmutableArray<FileScanTask> tasks, SortedDictionary<int, DeletionVector> vectors, CancellationToken cancel)
    {
        ImmutableArray<OrdinalTask> withDeletes = [.. vectors.Keys
            .Select(o => new OrdinalTask(o, tasks[o]))
            .Where(t => t.Task.Deletes.Any(d => d.File.Content == DataFileContent.PositionDeletes))];
        if (withDeletes.IsEmpty) return;
        var context = new ScanContext(session, store, null);
        try
        {
            string older = await DeleteKeys.LoadAsync(context, withDeletes, cancel).ConfigureAwait(false);
            await LongColumn.ReadAsync(session, $"SELECT k FROM {older} ORDER BY k", keys => Add(vectors, keys), cancel).ConfigureAwait(false);
        }
        finally
        {
            await context.CleanUpAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Position delete files that also refer to other data files stay.</summary>
    private static IEnumerable<DataFile> Replaced(FileScanTask task) => task.Deletes
        .Select(d => d.File)
        .Where(f => f.Content == DataFileContent.PositionDeletes && (f.IsDeletionVector || f.ReferencedDataFile == task.File.FilePath));

    private static DataFile Entry(DataFile data, string location, long size, PuffinBlob blob, long count) => new()
    {
        Content = DataFileContent.PositionDeletes,
        Format = FileFormat.Puffin,
        FilePath = location,
        SpecId = data.SpecId,
        Partition = data.Partition,
        RecordCount = count,
        FileSizeInBytes = size,
        ReferencedDataFile = data.FilePath,
        ContentOffset = blob.Offset,
        ContentSizeInBytes = blob.Length,
    };
}
