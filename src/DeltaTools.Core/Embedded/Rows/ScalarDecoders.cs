using System.Numerics;
using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Boxes that many rows share.</summary>
internal static class Boxes
{
    private const int Low = -128, High = 1024;
    public static readonly object True = true, False = false;
    private static readonly object[] Small = [.. Enumerable.Range(Low, High - Low).Select(i => (object)i)];

    public static object Of(int value) => value is >= Low and < High ? Small[value - Low] : value;
}

internal readonly unsafe struct BooleanDecoder : IDecoder
{
    public object Decode(byte* data, long row) => data[row] != 0 ? Boxes.True : Boxes.False;
}

internal readonly unsafe struct IntDecoder : IDecoder
{
    public object Decode(byte* data, long row) => Boxes.Of(((int*)data)[row]);
}

/// <summary>Integers narrower than 32 bits come as int.</summary>
internal readonly unsafe struct NarrowDecoder<T> : IDecoder
    where T : unmanaged, IBinaryInteger<T>
{
    public object Decode(byte* data, long row) => Boxes.Of(int.CreateTruncating(((T*)data)[row]));
}

internal readonly unsafe struct PlainDecoder<T> : IDecoder
    where T : unmanaged
{
    public object Decode(byte* data, long row) => ((T*)data)[row];
}

internal readonly unsafe struct HugeIntDecoder : IDecoder
{
    public object Decode(byte* data, long row) => ClrValues.Decimal(((Int128*)data)[row], 0);
}

internal readonly unsafe struct UHugeIntDecoder : IDecoder
{
    public object Decode(byte* data, long row) => ((UInt128*)data)[row] is var v && v <= (UInt128)Int128.MaxValue
        ? ClrValues.Decimal((Int128)v, 0)
        : v.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

internal readonly unsafe struct UuidDecoder : IDecoder
{
    public object Decode(byte* data, long row)
    {
        // The engine keeps uuids as signed 128-bit numbers with the top bit flipped, so that they sort as unsigned.
        UInt128 bits = ((UInt128*)data)[row] ^ (UInt128.One << 127);
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new Guid(bytes, bigEndian: true);
    }
}

internal readonly unsafe struct BytesDecoder : IDecoder
{
    public object Decode(byte* data, long row) => EngineText.At(data, row).ToArray();
}

/// <summary>Where the engine keeps a text or blob of a vector: inside the 16-byte entry up to 12 bytes, else behind a pointer.</summary>
internal static unsafe class EngineText
{
    public const int InlineLimit = 12, EntrySize = 16;

    public static ReadOnlySpan<byte> At(byte* data, long row)
    {
        byte* entry = data + row * EntrySize;
        int length = *(int*)entry;
        return new ReadOnlySpan<byte>(length <= InlineLimit ? entry + 4 : *(byte**)(entry + 8), length);
    }
}

/// <summary>Texts, of which short ones that recur are made once.</summary>
internal readonly unsafe struct TextDecoder() : IDecoder
{
    private const int CacheSize = 1024;
    private readonly (UInt128 Entry, string Text)[] _cache = new (UInt128, string)[CacheSize];

    public object Decode(byte* data, long row)
    {
        ReadOnlySpan<byte> text = EngineText.At(data, row);
        if (text.Length > EngineText.InlineLimit) return Encoding.UTF8.GetString(text);
        if (text.IsEmpty) return "";
        UInt128 entry = *(UInt128*)(data + row * EngineText.EntrySize);
        ulong hash = ((ulong)entry ^ (ulong)(entry >> 64)) * 0x9E3779B97F4A7C15;
        ref (UInt128 Entry, string Text) slot = ref _cache[hash >> 54];
        if (slot.Entry != entry) slot = (entry, Encoding.UTF8.GetString(text));
        return slot.Text;
    }
}

internal readonly unsafe struct DecimalDecoder<T>(int scale, ValueForm form) : IDecoder
    where T : unmanaged, IBinaryInteger<T>
{
    public object Decode(byte* data, long row)
    {
        Int128 unscaled = Int128.CreateTruncating(((T*)data)[row]);
        return form == ValueForm.Physical ? new DecimalValue((BigInteger)unscaled, scale) : ClrValues.Decimal(unscaled, scale);
    }
}
