using System.Buffers.Binary;
using System.IO.Hashing;
using K4os.Compression.LZ4;

namespace DeltaTools.Core.Puffin;

/// <summary>Unpacks one LZ4 frame (LZ4 Frame Format 1.6); the library knows blocks only.</summary>
internal static class Lz4Frame
{
    private const uint Magic = 0x184D2204;
    private const int WindowSize = 64 * 1024;

    /// <exception cref="InvalidDataException">The frame is corrupt or larger than <paramref name="maxSize"/>.</exception>
    /// <exception cref="NotSupportedException">It needs a dictionary.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, int maxSize)
    {
        int position = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(Take(frame, ref position, 4)) != Magic) throw new InvalidDataException("It is not an LZ4 frame.");
        byte flags = Take(frame, ref position, 1)[0];
        byte blockMaximum = Take(frame, ref position, 1)[0];
        if (flags >> 6 != 1) throw new InvalidDataException("It is not an LZ4 frame of version 1.");
        bool independent = (flags & 0x20) != 0, blockChecksums = (flags & 0x10) != 0, hasSize = (flags & 0x08) != 0, checksum = (flags & 0x04) != 0;
        if ((flags & 0x01) != 0) throw new NotSupportedException("It needs an LZ4 dictionary.");
        int blockSize = (blockMaximum >> 4) is >= 4 and <= 7 and int code ? 1 << (8 + (2 * code)) : throw new InvalidDataException("An LZ4 frame has a bad block size.");
        ulong? size = hasSize ? BinaryPrimitives.ReadUInt64LittleEndian(Take(frame, ref position, 8)) : null;
        if (size > (ulong)maxSize) throw new InvalidDataException($"An LZ4 frame claims {size} bytes.");
        byte header = (byte)(XxHash32.HashToUInt32(frame[4..position]) >> 8);
        if (Take(frame, ref position, 1)[0] != header) throw new InvalidDataException("An LZ4 frame has a wrong header checksum.");

        byte[] output = [];
        int length = 0;
        while (BinaryPrimitives.ReadUInt32LittleEndian(Take(frame, ref position, 4)) is not 0 and uint mark)
        {
            ReadOnlySpan<byte> block = Take(frame, ref position, (int)(mark & 0x7FFFFFFF));
            if (blockChecksums && BinaryPrimitives.ReadUInt32LittleEndian(Take(frame, ref position, 4)) != XxHash32.HashToUInt32(block))
            {
                throw new InvalidDataException("An LZ4 block has a wrong checksum.");
            }
            int room = Math.Min(blockSize, maxSize - length);
            if (output.Length - length < room) Array.Resize(ref output, Math.Max(length + room, Math.Min(maxSize, output.Length * 2)));
            length += Block(block, output, length, room, stored: mark >> 31 != 0, independent);
        }
        ReadOnlySpan<byte> content = output.AsSpan(0, length);
        if (size is { } expected && expected != (ulong)length) throw new InvalidDataException($"An LZ4 frame has {length} bytes where it claims {expected}.");
        if (checksum && BinaryPrimitives.ReadUInt32LittleEndian(Take(frame, ref position, 4)) != XxHash32.HashToUInt32(content))
        {
            throw new InvalidDataException("An LZ4 frame has a wrong checksum.");
        }
        return content.ToArray();
    }

    private static int Block(ReadOnlySpan<byte> block, byte[] output, int length, int room, bool stored, bool independent)
    {
        Span<byte> target = output.AsSpan(length, room);
        if (stored)
        {
            if (block.Length > room) throw new InvalidDataException("An LZ4 block is too long.");
            block.CopyTo(target);
            return block.Length;
        }
        int window = independent ? 0 : Math.Min(length, WindowSize);
        int written = window == 0 ? LZ4Codec.Decode(block, target) : LZ4Codec.Decode(block, target, output.AsSpan(length - window, window));
        return written >= 0 ? written : throw new InvalidDataException("An LZ4 block does not unpack.");
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> frame, scoped ref int position, int length)
    {
        if (length < 0 || length > frame.Length - position) throw new InvalidDataException("An LZ4 frame is cut off.");
        ReadOnlySpan<byte> taken = frame.Slice(position, length);
        position += length;
        return taken;
    }
}
