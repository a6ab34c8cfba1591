using System.Collections.Immutable;
using DeltaTools.Core.Scan;

namespace DeltaTools.Core.Embedded.Reading;

internal static class VectorPositions
{
    public static Task LoadAsync(
        ScanContext context, string table, ImmutableArray<(DeleteFile Delete, ScanFile File)> vectors, CancellationToken cancel) =>
        vectors.IsEmpty ? Task.CompletedTask : throw IcebergException.Unsupported($"{vectors[0].Delete.File.FilePath} is a deletion vector, which is not read yet.");
}
