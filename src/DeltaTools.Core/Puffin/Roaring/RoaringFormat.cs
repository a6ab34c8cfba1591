using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>The portable serialization of 32-bit Roaring bitmaps (RoaringFormatSpec, "General layout").</summary>
internal static class RoaringFormat
{
    private const uint CookieWithoutRuns = 12346;
    private const ushort CookieWithRuns = 12347;

    /// <summary>With runs and fewer containers than this there is no table of offsets.</summary>
    private const int OffsetThreshold = 4;

    /// <exception cref="InvalidDataException">The bytes are not such a bitmap.</exception>
    public static RoaringBitmap32 Read(ReadOnlySpan<byte> data, out int used)
    {
        int position = 0;
        uint cookie = BinaryPrimitives.ReadUInt32LittleEndian(Take(data, ref position, 4));
        ReadOnlySpan<byte> runFlags = default;
        int size;
        if ((ushort)cookie == CookieWithRuns)
        {
            size = (int)(cookie >> 16) + 1;
            runFlags = Take(data, ref position, (size + 7) / 8);
        }
        else if (cookie == CookieWithoutRuns)
        {
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(Take(data, ref position, 4));
            size = count <= 65536 ? (int)count : throw new InvalidDataException($"A bitmap claims {count} containers.");
        }
        else
        {
            throw new InvalidDataException($"A bitmap starts with {cookie}, which is not the mark of one.");
        }
        ReadOnlySpan<byte> descriptions = Take(data, ref position, 4 * size);
        // Offsets are for random access; containers follow each other without gaps.
        if (runFlags.IsEmpty || size >= OffsetThreshold) Take(data, ref position, 4 * size);
        var bitmap = new RoaringBitmap32();
        for (int i = 0; i < size; i++)
        {
            ushort key = BinaryPrimitives.ReadUInt16LittleEndian(descriptions[(4 * i)..]);
            int count = BinaryPrimitives.ReadUInt16LittleEndian(descriptions[((4 * i) + 2)..]) + 1;
            if (i > 0 && key <= bitmap.Keys[i - 1]) throw new InvalidDataException("The containers of a bitmap are not in order.");
            bool isRun = !runFlags.IsEmpty && (runFlags[i / 8] & (1 << (i % 8))) != 0;
            bitmap.Append(key, isRun ? Runs(data, ref position, count) : count <= Container.MaxArraySize ? Array(data, ref position, count) : Bitset(data, ref position, count));
        }
        used = position;
        return bitmap;
    }

    public static int SizeOf(RoaringBitmap32 bitmap)
    {
        int size = bitmap.Containers.Count;
        return HeaderSize(size, HasRuns(bitmap)) + bitmap.Containers.Sum(container => container.Size);
    }

    /// <returns>The bytes written, as many as <see cref="SizeOf"/> says.</returns>
    public static int Write(RoaringBitmap32 bitmap, Span<byte> target)
    {
        int size = bitmap.Containers.Count;
        bool hasRuns = HasRuns(bitmap);
        int position = hasRuns ? WriteRunCookie(bitmap, target) : 8;
        if (!hasRuns)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, CookieWithoutRuns);
            BinaryPrimitives.WriteInt32LittleEndian(target[4..], size);
        }
        for (int i = 0; i < size; i++, position += 4)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[position..], bitmap.Keys[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(target[(position + 2)..], (ushort)(bitmap.Containers[i].Count - 1));
        }
        int offset = HeaderSize(size, hasRuns);
        if (!hasRuns || size >= OffsetThreshold)
        {
            int next = offset;
            foreach (Container container in bitmap.Containers)
            {
                BinaryPrimitives.WriteInt32LittleEndian(target[position..], next);
                position += 4;
                next += container.Size;
            }
        }
        foreach (Container container in bitmap.Containers)
        {
            container.Write(target[offset..]);
            offset += container.Size;
        }
        return offset;
    }

    private static int WriteRunCookie(RoaringBitmap32 bitmap, Span<byte> target)
    {
        int size = bitmap.Containers.Count;
        BinaryPrimitives.WriteUInt32LittleEndian(target, CookieWithRuns | (uint)(size - 1) << 16);
        Span<byte> flags = target.Slice(4, (size + 7) / 8);
        flags.Clear();
        for (int i = 0; i < size; i++)
        {
            if (bitmap.Containers[i] is RunContainer) flags[i / 8] |= (byte)(1 << (i % 8));
        }
        return 4 + flags.Length;
    }

    private static bool HasRuns(RoaringBitmap32 bitmap) => bitmap.Containers.Any(container => container is RunContainer);

    private static int HeaderSize(int size, bool hasRuns) => hasRuns
        ? 4 + ((size + 7) / 8) + (4 * size) + (size >= OffsetThreshold ? 4 * size : 0)
        : 8 + (8 * size);

    private static ArrayContainer Array(ReadOnlySpan<byte> data, ref int position, int count)
    {
        ushort[] values = MemoryMarshal.Cast<byte, ushort>(Take(data, ref position, 2 * count)).ToArray();
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, values);
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] <= values[i - 1]) throw new InvalidDataException("The values of a bitmap are not in order.");
        }
        return new ArrayContainer(values, count);
    }

    private static BitsetContainer Bitset(ReadOnlySpan<byte> data, ref int position, int count)
    {
        ulong[] words = MemoryMarshal.Cast<byte, ulong>(Take(data, ref position, BitsetContainer.Bytes)).ToArray();
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(words, words);
        var bitset = new BitsetContainer(words);
        return bitset.Count == count ? bitset : throw new InvalidDataException($"A bitmap has {bitset.Count} values where it claims {count}.");
    }

    private static RunContainer Runs(ReadOnlySpan<byte> data, ref int position, int count)
    {
        int number = BinaryPrimitives.ReadUInt16LittleEndian(Take(data, ref position, 2));
        ReadOnlySpan<byte> pairs = Take(data, ref position, 4 * number);
        var runs = new (ushort Start, ushort Last)[number];
        for (int i = 0; i < number; i++)
        {
            int start = BinaryPrimitives.ReadUInt16LittleEndian(pairs[(4 * i)..]);
            int last = start + BinaryPrimitives.ReadUInt16LittleEndian(pairs[((4 * i) + 2)..]);
            if (last > ushort.MaxValue || (i > 0 && start <= runs[i - 1].Last)) throw new InvalidDataException("The runs of a bitmap are not in order.");
            runs[i] = ((ushort)start, (ushort)last);
        }
        var container = new RunContainer(runs);
        return container.Count == count ? container : throw new InvalidDataException($"A bitmap has {container.Count} values where it claims {count}.");
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> data, scoped ref int position, int length)
    {
        if (length > data.Length - position) throw new InvalidDataException("A bitmap is cut off.");
        ReadOnlySpan<byte> taken = data.Slice(position, length);
        position += length;
        return taken;
    }
}
