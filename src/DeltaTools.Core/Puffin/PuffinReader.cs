using System.Buffers.Binary;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Puffin;

/// <summary>Reads Puffin files.</summary>
public static class PuffinReader
{
    /// <exception cref="IcebergException">Corrupt: the file is missing or not a Puffin file; Unsupported: it uses flags of a later version.</exception>
    public static async Task<PuffinFooter> ReadFooterAsync(IObjectStore store, string location, CancellationToken cancel)
    {
        Stream stream = await store.OpenReadAsync(location, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            long length = stream.Length;
            byte[] head = await ReadAsync(stream, 0, Math.Min(4, length), cancel).ConfigureAwait(false);
            byte[] tail = await ReadAsync(stream, Math.Max(0, length - PuffinFormat.TailSize), Math.Min(PuffinFormat.TailSize, length), cancel).ConfigureAwait(false);
            int payloadSize = FileGuard.Read("Puffin file", location, () => PayloadSize(head, tail, length));
            long start = length - PuffinFormat.TailSize - payloadSize - PuffinFormat.Magic.Length;
            byte[] footer = await ReadAsync(stream, start, PuffinFormat.Magic.Length + payloadSize, cancel).ConfigureAwait(false);
            return FileGuard.Read("Puffin file", location, () => Footer(footer, IsCompressed(tail), start, length - start));
        }
    }

    /// <summary>The content of a blob, unpacked.</summary>
    /// <exception cref="IcebergException">Corrupt; Unsupported: the codec.</exception>
    public static async Task<byte[]> ReadBlobAsync(IObjectStore store, string location, PuffinBlob blob, CancellationToken cancel)
    {
        byte[] packed = await ReadPackedBlobAsync(store, location, blob, cancel).ConfigureAwait(false);
        return FileGuard.Read("Puffin file", location, () => PuffinCodec.Decompress(blob.CompressionCodec, packed));
    }

    /// <summary>The bytes of a blob as they are in the file, to copy it into another.</summary>
    /// <exception cref="IcebergException">Corrupt.</exception>
    public static async Task<byte[]> ReadPackedBlobAsync(IObjectStore store, string location, PuffinBlob blob, CancellationToken cancel)
    {
        Stream stream = await store.OpenReadAsync(location, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (blob.Offset < 0 || blob.Length < 0 || blob.Length > Array.MaxLength || blob.Offset > stream.Length - blob.Length)
            {
                throw IcebergException.Corrupt($"Puffin file {location} has no blob of {blob.Length} bytes at byte {blob.Offset}.");
            }
            return await ReadAsync(stream, blob.Offset, blob.Length, cancel).ConfigureAwait(false);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, long position, long length, CancellationToken cancel)
    {
        byte[] bytes = new byte[length];
        stream.Position = position;
        await stream.ReadExactlyAsync(bytes, cancel).ConfigureAwait(false);
        return bytes;
    }

    private static int PayloadSize(byte[] head, byte[] tail, long length)
    {
        if (length < PuffinFormat.TailSize + (2 * PuffinFormat.Magic.Length)) throw new InvalidDataException($"It has {length} bytes only.");
        if (!head.AsSpan().SequenceEqual(PuffinFormat.Magic)) throw new InvalidDataException("It does not start with PFA1.");
        if (!tail.AsSpan(8).SequenceEqual(PuffinFormat.Magic)) throw new InvalidDataException("It does not end with PFA1.");
        if ((tail[4] & ~1) != 0 || tail[5] != 0 || tail[6] != 0 || tail[7] != 0) throw new NotSupportedException("Its flags are those of a later version of the format.");
        int size = BinaryPrimitives.ReadInt32LittleEndian(tail);
        return size >= 0 && size <= length - PuffinFormat.TailSize - (2 * PuffinFormat.Magic.Length)
            ? size
            : throw new InvalidDataException($"Its footer claims {size} bytes.");
    }

    private static bool IsCompressed(byte[] tail) => (tail[4] & 1) != 0;

    private static PuffinFooter Footer(byte[] footer, bool compressed, long start, long size)
    {
        if (!footer.AsSpan().StartsWith(PuffinFormat.Magic)) throw new InvalidDataException("Its footer does not start with PFA1.");
        byte[] payload = footer[PuffinFormat.Magic.Length..];
        return PuffinFormat.FromJson(compressed ? PuffinCodec.Decompress("lz4", payload) : payload, start, size);
    }
}
