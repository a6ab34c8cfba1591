using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Puffin;

public static class DeletionVectorReader
{
    /// <summary>Reads the deletion vector that a delete manifest tracks.</summary>
    /// <remarks>Only the blob is read, by <c>content_offset</c> and <c>content_size_in_bytes</c>; the Puffin footer is not needed.</remarks>
    /// <exception cref="IcebergException">Corrupt: the file is missing, or the blob is broken or not the one the manifest tells of.</exception>
    public static async Task<DeletionVector> ReadAsync(IObjectStore store, DataFile file, CancellationToken cancel)
    {
        if (!file.IsDeletionVector || file.ContentOffset is not >= 0 || file.ContentSizeInBytes is not (>= 0 and <= int.MaxValue))
        {
            throw IcebergException.Corrupt($"The manifest entry of {file.FilePath} does not say where the deletion vector is in it.");
        }
        byte[] blob = new byte[file.ContentSizeInBytes.Value];
        Stream stream = await store.OpenReadAsync(file.FilePath, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (file.ContentOffset.Value > stream.Length - blob.Length)
            {
                throw IcebergException.Corrupt($"{file.FilePath} ends before the deletion vector at byte {file.ContentOffset}.");
            }
            stream.Position = file.ContentOffset.Value;
            await stream.ReadExactlyAsync(blob, cancel).ConfigureAwait(false);
        }
        return FileGuard.Read("Deletion vector file", file.FilePath, () =>
        {
            DeletionVector vector = DeletionVector.Read(blob);
            return vector.Count == file.RecordCount
                ? vector
                : throw new InvalidDataException($"Its deletion vector at byte {file.ContentOffset} has {vector.Count} positions; the manifest says {file.RecordCount}.");
        });
    }
}
