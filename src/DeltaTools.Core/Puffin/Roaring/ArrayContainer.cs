using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DeltaTools.Core.Puffin.Roaring;

/// <summary>Up to 4096 values in ascending order.</summary>
internal sealed class ArrayContainer(ushort[] values, int count) : Container
{
    private ushort[] _values = values;
    private int _count = count;

    public ReadOnlySpan<ushort> Values => _values.AsSpan(0, _count);

    public override int Count => _count;

    public override int Size => 2 * _count;

    public override bool Contains(ushort value) => Values.BinarySearch(value) >= 0;

    public override Container Add(ushort value)
    {
        // Positions mostly come in ascending order.
        int index = _count == 0 || value > _values[_count - 1] ? ~_count : Values.BinarySearch(value);
        if (index >= 0) return this;
        if (_count == MaxArraySize) return BitsetContainer.Of(this).Add(value);
        if (_count == _values.Length) Array.Resize(ref _values, Math.Clamp(_count * 2, 4, MaxArraySize));
        index = ~index;
        _values.AsSpan(index, _count - index).CopyTo(_values.AsSpan(index + 1));
        _values[index] = value;
        _count++;
        return this;
    }

    public override Container Union(Container other)
    {
        if (other is not ArrayContainer array || Count + array.Count > MaxArraySize) return BitsetContainer.Of(this).With(other);
        ReadOnlySpan<ushort> a = Values, b = array.Values;
        ushort[] merged = new ushort[a.Length + b.Length];
        int i = 0, j = 0, used = 0;
        while (i < a.Length && j < b.Length)
        {
            (ushort x, ushort y) = (a[i], b[j]);
            merged[used++] = Math.Min(x, y);
            if (x <= y) i++;
            if (y <= x) j++;
        }
        a[i..].CopyTo(merged.AsSpan(used));
        used += a.Length - i;
        b[j..].CopyTo(merged.AsSpan(used));
        return new ArrayContainer(merged, used + b.Length - j);
    }

    public override void CopyTo(Span<ulong> bits)
    {
        foreach (ushort value in Values) bits[value >> 6] |= 1UL << value;
    }

    public override int CopyTo(Span<long> values, long high)
    {
        for (int i = 0; i < _count; i++) values[i] = high + _values[i];
        return _count;
    }

    public override Container RunOptimize()
    {
        int runs = 0;
        for (int i = 0; i < _count; i++)
        {
            if (i == 0 || _values[i] != _values[i - 1] + 1) runs++;
        }
        return Size > RunContainer.SizeOf(runs) ? RunContainer.Of(Values, runs) : this;
    }

    public override void Write(Span<byte> target)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(Values).CopyTo(target);
            return;
        }
        for (int i = 0; i < _count; i++) BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], _values[i]);
    }

    public override Container Clone() => new ArrayContainer(Values.ToArray(), _count);
}
