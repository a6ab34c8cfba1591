using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>More than 4096 values, one bit for each.</summary>
internal sealed class BitsetContainer : Container
{
    public const int Words = 1024;
    public const int Bytes = 8 * Words;

    private readonly ulong[] _words;
    private int _count;

    public BitsetContainer(ulong[] words)
    {
        _words = words;
        foreach (ulong word in words) _count += BitOperations.PopCount(word);
    }

    public static BitsetContainer Of(Container values)
    {
        ulong[] words = new ulong[Words];
        values.CopyTo(words);
        return new BitsetContainer(words);
    }

    public override int Count => _count;

    public override int Size => Bytes;

    public override bool Contains(ushort value) => (_words[value >> 6] & (1UL << value)) != 0;

    public override Container Add(ushort value)
    {
        if (!Contains(value))
        {
            _words[value >> 6] |= 1UL << value;
            _count++;
        }
        return this;
    }

    public override Container Union(Container other) => Of(this).With(other);

    /// <summary>Takes in the other's values; the result may fit an array.</summary>
    public Container With(Container other)
    {
        other.CopyTo(_words);
        return new BitsetContainer(_words).Shrink();
    }

    /// <summary>An array when the values fit one: the format has no bitsets of so few.</summary>
    public Container Shrink()
    {
        if (_count > MaxArraySize) return this;
        ushort[] values = new ushort[_count];
        int used = 0;
        for (int i = 0; i < Words; i++)
        {
            for (ulong word = _words[i]; word != 0; word &= word - 1) values[used++] = (ushort)((i << 6) + BitOperations.TrailingZeroCount(word));
        }
        return new ArrayContainer(values, used);
    }

    public override void CopyTo(Span<ulong> bits)
    {
        for (int i = 0; i < Words; i++) bits[i] |= _words[i];
    }

    public override int CopyTo(Span<long> values, long high)
    {
        int used = 0;
        for (int i = 0; i < Words; i++)
        {
            for (ulong word = _words[i]; word != 0; word &= word - 1) values[used++] = high + (i << 6) + BitOperations.TrailingZeroCount(word);
        }
        return used;
    }

    public override Container RunOptimize()
    {
        int runs = 0;
        ulong before = 0;
        foreach (ulong word in _words)
        {
            // A run starts at each set bit after a clear one.
            runs += BitOperations.PopCount(word & ~((word << 1) | before));
            before = word >> 63;
        }
        return Bytes > RunContainer.SizeOf(runs) ? RunContainer.Of(_words, runs) : this;
    }

    public override void Write(Span<byte> target)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes<ulong>(_words).CopyTo(target);
            return;
        }
        for (int i = 0; i < Words; i++) BinaryPrimitives.WriteUInt64LittleEndian(target[(8 * i)..], _words[i]);
    }

    public override Container Clone() => Of(this);
}
