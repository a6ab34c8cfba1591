using System.Buffers.Binary;
using System.Numerics;

namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>Runs of consecutive values in ascending order. It never changes: adding a value makes an array or bitset of it.</summary>
internal sealed class RunContainer : Container
{
    private readonly (ushort Start, ushort Last)[] _runs;

    public RunContainer((ushort Start, ushort Last)[] runs)
    {
        _runs = runs;
        Count = runs.Sum(run => run.Last - run.Start + 1);
    }

    /// <summary>Bytes of a container with that many runs.</summary>
    public static int SizeOf(int runs) => 2 + (4 * runs);

    public static RunContainer Of(ReadOnlySpan<ushort> values, int runs)
    {
        var found = new (ushort Start, ushort Last)[runs];
        int used = 0;
        foreach (ushort value in values)
        {
            if (used > 0 && value == found[used - 1].Last + 1) found[used - 1].Last = value;
            else found[used++] = (value, value);
        }
        return new RunContainer(found);
    }

    public static RunContainer Of(ReadOnlySpan<ulong> bits, int runs)
    {
        var found = new (ushort, ushort)[runs];
        int used = 0, position = 0;
        while (used < runs)
        {
            int start = Next(bits, position, set: true);
            position = Next(bits, start, set: false);
            found[used++] = ((ushort)start, (ushort)(position - 1));
        }
        return new RunContainer(found);
    }

    public override int Count { get; }

    public override int Size => SizeOf(_runs.Length);

    public override bool Contains(ushort value)
    {
        int low = 0, high = _runs.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_runs[middle].Last < value) low = middle + 1;
            else if (_runs[middle].Start > value) high = middle - 1;
            else return true;
        }
        return false;
    }

    public override Container Add(ushort value) => Contains(value) ? this : BitsetContainer.Of(this).Shrink().Add(value);

    public override Container Union(Container other) => BitsetContainer.Of(this).With(other);

    public override void CopyTo(Span<ulong> bits)
    {
        foreach ((ushort start, ushort last) in _runs)
        {
            (int first, int end) = (start >> 6, last >> 6);
            ulong head = ulong.MaxValue << start, tail = ulong.MaxValue >> ~last;
            if (first == end)
            {
                bits[first] |= head & tail;
                continue;
            }
            bits[first] |= head;
            bits[(first + 1)..end].Fill(ulong.MaxValue);
            bits[end] |= tail;
        }
    }

    public override int CopyTo(Span<long> values, long high)
    {
        int used = 0;
        foreach ((ushort start, ushort last) in _runs)
        {
            for (int value = start; value <= last; value++) values[used++] = high + value;
        }
        return used;
    }

    public override Container RunOptimize()
    {
        int other = Count <= MaxArraySize ? (2 * Count) + 2 : BitsetContainer.Bytes;
        return Size <= other ? this : BitsetContainer.Of(this).Shrink();
    }

    public override void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)_runs.Length);
        for (int i = 0; i < _runs.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[(2 + (4 * i))..], _runs[i].Start);
            BinaryPrimitives.WriteUInt16LittleEndian(target[(4 + (4 * i))..], (ushort)(_runs[i].Last - _runs[i].Start));
        }
    }

    public override Container Clone() => this;

    /// <summary>The first position from there on whose bit is set or clear; 65536 when there is none.</summary>
    private static int Next(ReadOnlySpan<ulong> bits, int position, bool set)
    {
        while (position < 65536)
        {
            ulong word = (set ? bits[position >> 6] : ~bits[position >> 6]) >> position;
            if (word != 0) return position + BitOperations.TrailingZeroCount(word);
            position = (position | 63) + 1;
        }
        return position;
    }
}
