using System.Buffers.Binary;

namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>A set of positions from 0 to 2^63-1: 32-bit Roaring bitmaps by the positions' high halves.</summary>
/// <remarks>Serialized in the portable 64-bit format (RoaringFormatSpec, "Extension for 64-bit implementations").</remarks>
internal sealed class RoaringBitmap64
{
    private readonly SortedList<uint, RoaringBitmap32> _bitmaps = [];

    public long Count => _bitmaps.Values.Sum(bitmap => bitmap.Count);

    public bool Contains(long position) => position >= 0 && _bitmaps.TryGetValue((uint)(position >> 32), out RoaringBitmap32? bitmap) && bitmap.Contains((uint)position);

    public void Add(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        uint key = (uint)(position >> 32);
        if (!_bitmaps.TryGetValue(key, out RoaringBitmap32? bitmap)) _bitmaps.Add(key, bitmap = new RoaringBitmap32());
        bitmap.Add((uint)position);
    }

    /// <summary>Takes in the other's positions; the other stays as it is.</summary>
    public void UnionWith(RoaringBitmap64 other)
    {
        foreach ((uint key, RoaringBitmap32 theirs) in other._bitmaps)
        {
            if (!_bitmaps.TryGetValue(key, out RoaringBitmap32? ours)) _bitmaps.Add(key, ours = new RoaringBitmap32());
            ours.UnionWith(theirs);
        }
    }

    /// <summary>Turns containers into runs where that is smaller, as Java does before it serializes.</summary>
    public void RunOptimize()
    {
        foreach (RoaringBitmap32 bitmap in _bitmaps.Values) bitmap.RunOptimize();
    }

    /// <summary>The positions in ascending order.</summary>
    public IEnumerable<long> Positions()
    {
        long[] buffer = [];
        foreach ((uint key, RoaringBitmap32 bitmap) in _bitmaps)
        {
            for (int i = 0; i < bitmap.Keys.Count; i++)
            {
                if (buffer.Length < bitmap.Containers[i].Count) buffer = new long[bitmap.Containers[i].Count];
                int count = bitmap.Containers[i].CopyTo(buffer, High(key, bitmap.Keys[i]));
                for (int j = 0; j < count; j++) yield return buffer[j];
            }
        }
    }

    /// <summary>Writes the positions in ascending order; there must be room for <see cref="Count"/>.</summary>
    public void CopyTo(Span<long> target)
    {
        foreach ((uint key, RoaringBitmap32 bitmap) in _bitmaps)
        {
            for (int i = 0; i < bitmap.Keys.Count; i++) target = target[bitmap.Containers[i].CopyTo(target, High(key, bitmap.Keys[i]))..];
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not such a bitmap.</exception>
    public static RoaringBitmap64 Read(ReadOnlySpan<byte> data, out int used)
    {
        if (data.Length < 8) throw new InvalidDataException("A bitmap is cut off.");
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(data);
        used = 8;
        if (count > (ulong)data.Length / 12) throw new InvalidDataException($"A bitmap claims {count} parts in {data.Length} bytes.");
        var result = new RoaringBitmap64();
        for (ulong i = 0; i < count; i++)
        {
            if (data.Length - used < 4) throw new InvalidDataException("A bitmap is cut off.");
            uint key = BinaryPrimitives.ReadUInt32LittleEndian(data[used..]);
            if (key > int.MaxValue || (i > 0 && key <= result._bitmaps.Keys[^1])) throw new InvalidDataException("The parts of a bitmap are not in order.");
            result._bitmaps.Add(key, RoaringFormat.Read(data[(used + 4)..], out int length));
            used += 4 + length;
        }
        return result;
    }

    public int Size => 8 + _bitmaps.Values.Sum(bitmap => 4 + RoaringFormat.SizeOf(bitmap));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, _bitmaps.Count);
        target = target[8..];
        foreach ((uint key, RoaringBitmap32 bitmap) in _bitmaps)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, key);
            target = target[(4 + RoaringFormat.Write(bitmap, target[4..]))..];
        }
    }

    private static long High(uint key, ushort container) => ((long)key << 32) | ((long)container << 16);
}
