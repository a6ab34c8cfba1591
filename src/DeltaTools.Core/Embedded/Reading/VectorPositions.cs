using System.Collections.Immutable;
using DeltaTools.Core.Puffin;
using DeltaTools.Core.Scan;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Puts the positions of deletion vectors into the table of deleted row keys.</summary>
internal static class VectorPositions
{
    public static async Task LoadAsync(
        ScanContext context, string table, ImmutableArray<(DeleteFile Delete, OrdinalTask File)> vectors, CancellationToken cancel)
    {
        if (vectors.IsEmpty) return;
        using var loader = new TableLoader(context.Session, table);
        foreach ((DeleteFile delete, OrdinalTask file) in vectors)
        {
            DeletionVector vector = await DeletionVectorReader.ReadAsync(context.Store, delete.File, cancel).ConfigureAwait(false);
            long[] keys = vector.ToArray();
            if (keys.Length > 0 && keys[^1] > Sql.PositionMask)
            {
                throw IcebergException.Corrupt(
                    $"The deletion vector {delete.File.FilePath} of {file.Task.File.FilePath} deletes position {keys[^1]}, which no data file can have.");
            }
            long first = (long)file.Ordinal << Sql.PositionBits;
            for (int i = 0; i < keys.Length; i++) keys[i] |= first;
            loader.Append(keys);
        }
        loader.Complete();
    }
}
