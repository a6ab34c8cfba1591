using System.Text;

namespace DeltaTools.Core.Embedded.Footers;

/// <summary>Reads Thrift's compact protocol, in which Parquet footers are written.</summary>
/// <remarks>Input is not trusted: lengths are checked before use, nesting is limited, every defect is an <see cref="InvalidDataException"/>.</remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    private readonly int Remaining => _data.Length - Position;

    /// <summary>Moves to the next field of a struct; false at its end. <paramref name="id"/> carries the last id in and the new one out.</summary>
    public bool NextField(ref int id, out ThriftType type)
    {
        byte header = Byte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop) return false;
        int delta = header >> 4;
        id = delta == 0 ? (short)ZigZag(Varint()) : id + delta;
        return true;
    }

    public byte Byte() => Remaining > 0 ? _data[Position++] : throw Cut();

    public int Int32() => unchecked((int)ZigZag(Varint()));

    public long Int64() => ZigZag(Varint());

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Varint();
        if (length > (ulong)Remaining) throw Cut();
        ReadOnlySpan<byte> bytes = _data.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>The head of a list or set. Each element takes at least one byte, so a count beyond the data is refused.</summary>
    public int List(out ThriftType element)
    {
        byte header = Byte();
        element = (ThriftType)(header & 0x0F);
        ulong count = (uint)(header >> 4);
        if (count == 15) count = Varint();
        return count <= (ulong)Remaining ? (int)count : throw Cut();
    }

    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > MaxDepth) throw new InvalidDataException("it is nested too deeply");
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                Varint();
                break;
            case ThriftType.Double:
                if (Remaining < sizeof(double)) throw Cut();
                Position += sizeof(double);
                break;
            case ThriftType.Binary:
                Bytes();
                break;
            case ThriftType.List or ThriftType.Set:
                int count = List(out ThriftType element);
                for (int i = 0; i < count; i++) SkipElement(element, depth + 1);
                break;
            case ThriftType.Map:
                SkipMap(depth + 1);
                break;
            case ThriftType.Struct:
                int id = 0;
                while (NextField(ref id, out ThriftType field)) Skip(field, depth + 1);
                break;
            default:
                throw new InvalidDataException($"it holds the unknown type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        ulong count = Varint();
        if (count == 0) return;
        if (count > (ulong)Remaining) throw Cut();
        byte types = Byte();
        for (ulong i = 0; i < count; i++)
        {
            SkipElement((ThriftType)(types >> 4), depth);
            SkipElement((ThriftType)(types & 0x0F), depth);
        }
    }

    /// <summary>In collections a boolean takes a byte; as a field it is in the type.</summary>
    private void SkipElement(ThriftType type, int depth) =>
        Skip(type is ThriftType.True or ThriftType.False ? ThriftType.Byte : type, depth);

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new InvalidDataException("a number in it does not end");
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static InvalidDataException Cut() => new("it ends too early");
}

internal enum ThriftType
{
    Stop, True, False, Byte, Int16, Int32, Int64, Double, Binary, List, Set, Map, Struct,
}
