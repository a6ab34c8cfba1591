using System.Buffers.Binary;
using System.Text;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Writes Avro's binary encoding into memory.</summary>
internal sealed class AvroEncoder
{
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void WriteBoolean(bool value) => Grow(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteLong(long value)
    {
        ulong zigzag = (ulong)(value << 1) ^ (ulong)(value >> 63);
        Span<byte> target = Grow(10);
        int used = 0;
        for (; zigzag >= 0x80; zigzag >>= 7) target[used++] = (byte)(zigzag | 0x80);
        target[used++] = (byte)zigzag;
        Length -= 10 - used;
    }

    public void WriteFloat(float value) => BinaryPrimitives.WriteSingleLittleEndian(Grow(4), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Grow(8), value);

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteLong(value.Length);
        WriteFixed(value);
    }

    public void WriteString(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        WriteLong(length);
        Encoding.UTF8.GetBytes(value, Grow(length));
    }

    public void WriteFixed(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    private Span<byte> Grow(int count)
    {
        if (_buffer.Length - Length < count) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
