using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Reads Avro's binary encoding from one block. Nothing is allocated before its length is checked against what is left.</summary>
/// <remarks>All methods throw <see cref="InvalidDataException"/> when the bytes do not fit.</remarks>
internal ref struct AvroDecoder(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    public readonly int Remaining => _data.Length - Position;

    public readonly ReadOnlySpan<byte> Slice(int start, int end) => _data[start..end];

    public bool ReadBoolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        byte other => throw new InvalidDataException($"A boolean is {other}."),
    };

    public int ReadInt()
    {
        long value = ReadLong();
        return value == (int)value ? (int)value : throw new InvalidDataException($"{value} does not fit an int.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadLong()
    {
        if (Position < _data.Length && _data[Position] is < 0x80 and byte single)
        {
            Position++;
            return (single >> 1) ^ -(single & 1);
        }
        return ReadLongSlow();
    }

    private long ReadLongSlow()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (Position >= _data.Length) throw Ends();
            byte part = _data[Position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new InvalidDataException("A number is longer than ten bytes.");
    }

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>The content of a <c>bytes</c> or <c>string</c> value.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        long length = ReadLong();
        if (length < 0 || length > Remaining) throw new InvalidDataException($"A value of {length} bytes does not fit the {Remaining} that are left.");
        return Take((int)length);
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    public ReadOnlySpan<byte> ReadFixed(int size) => Take(size);

    /// <summary>Starts the next run of items of an array or map; 0 ends it.</summary>
    /// <param name="empty">Whether items take no bytes; then their number cannot be checked and none are announced.</param>
    public int ReadItemCount(bool empty)
    {
        while (true)
        {
            long count = ReadLong();
            if (count < 0)
            {
                count = count == long.MinValue ? long.MaxValue : -count;
                long bytes = ReadLong();
                if (bytes < 0 || bytes > Remaining) throw new InvalidDataException($"A run of {bytes} bytes does not fit the {Remaining} that are left.");
            }
            if (empty && count > 0) continue;
            if (count > Remaining) throw new InvalidDataException($"{count} items do not fit the {Remaining} bytes that are left.");
            return (int)count;
        }
    }

    /// <summary>Passes over an array or map without looking at items whose length the writer gave.</summary>
    public void SkipItems(AvroType items, bool keyed)
    {
        for (long count = ReadLong(); count != 0; count = ReadLong())
        {
            if (count < 0)
            {
                long bytes = ReadLong();
                if (bytes < 0 || bytes > Remaining) throw new InvalidDataException($"A run of {bytes} bytes does not fit the {Remaining} that are left.");
                Position += (int)bytes;
                continue;
            }
            if (!keyed && items.IsEmpty) continue;
            if (count > Remaining) throw new InvalidDataException($"{count} items do not fit the {Remaining} bytes that are left.");
            for (; count > 0; count--)
            {
                if (keyed) ReadBytes();
                Skip(items);
            }
        }
    }

    public void Skip(AvroType type)
    {
        switch (type)
        {
            case { IsEmpty: true }: break;
            case AvroPrimitive primitive: SkipPrimitive(primitive.Kind); break;
            case AvroUnion union: Skip(union.Branches[ReadBranch(union.Branches.Length)]); break;
            case AvroRecord record:
                foreach (AvroField field in record.Fields) Skip(field.Type);
                break;
            case AvroArray array: SkipItems(array.Items, keyed: false); break;
            case AvroMap map: SkipItems(map.Values, keyed: true); break;
            case AvroFixed @fixed: Take(@fixed.Size); break;
            case AvroEnum: ReadLong(); break;
        }
    }

    public int ReadBranch(int branches)
    {
        long branch = ReadLong();
        return branch >= 0 && branch < branches ? (int)branch : throw new InvalidDataException($"A union of {branches} types has no type {branch}.");
    }

    private void SkipPrimitive(AvroKind kind)
    {
        switch (kind)
        {
            case AvroKind.Boolean: Take(1); break;
            case AvroKind.Int or AvroKind.Long: ReadLong(); break;
            case AvroKind.Float: Take(4); break;
            case AvroKind.Double: Take(8); break;
            case AvroKind.Bytes or AvroKind.String: ReadBytes(); break;
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining) throw Ends();
        ReadOnlySpan<byte> taken = _data.Slice(Position, length);
        Position += length;
        return taken;
    }

    private static InvalidDataException Ends() => new("A value goes beyond the end of its block.");
}
