using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using ZstdSharp;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Compression of the blocks of an Avro file.</summary>
internal static class AvroCodec
{
    /// <summary>A block never unpacks to more; writers make blocks of some 64 KB. A corrupt or hostile one could ask for a thousand times its size.</summary>
    public const int MaxBlockSize = 256 * 1024 * 1024;

    /// <exception cref="NotSupportedException">The codec.</exception>
    public static void CheckSupported(string codec)
    {
        if (codec is not ("null" or "deflate" or "snappy" or "zstandard"))
        {
            throw new NotSupportedException($"It is compressed with '{codec}'; deflate, snappy, zstandard and no compression can be read.");
        }
    }

    /// <summary>Unpacks into <paramref name="buffer"/>, which grows as needed.</summary>
    /// <exception cref="InvalidDataException">The block is corrupt.</exception>
    public static ReadOnlySpan<byte> Decompress(string codec, ReadOnlyMemory<byte> block, ref byte[] buffer)
    {
        try
        {
            switch (codec)
            {
                case "deflate":
                    using (var inflate = new DeflateStream(new ReadOnlyMemoryStream(block), CompressionMode.Decompress)) return ReadAll(inflate, ref buffer);
                case "zstandard":
                    using (var unzstd = new DecompressionStream(new ReadOnlyMemoryStream(block))) return ReadAll(unzstd, ref buffer);
                case "snappy": return Snappy(block.Span, ref buffer);
                default: return block.Span;
            }
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"A {codec} block does not unpack: {e.Message}", e);
        }
    }

    public static byte[] Compress(string codec, ReadOnlySpan<byte> data)
    {
        switch (codec)
        {
            case "null": return data.ToArray();
            case "deflate":
                var packed = new MemoryStream(data.Length / 3);
                // Fastest writes 2.5 times as many entries/s as Optimal, for files that are a fifth larger (measured).
                using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(data);
                return packed.ToArray();
            case "zstandard":
                using (var zstd = new Compressor()) return zstd.Wrap(data).ToArray();
            case "snappy":
                byte[] block = new byte[Snappier.Snappy.GetMaxCompressedLength(data.Length) + 4];
                int length = Snappier.Snappy.Compress(data, block);
                BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(length), Crc32.HashToUInt32(data));
                return block[..(length + 4)];
            default: throw new ArgumentException($"There is no codec '{codec}'.");
        }
    }

    /// <summary>Snappy without framing, then the CRC-32 of the unpacked bytes (the Avro specification).</summary>
    private static ReadOnlySpan<byte> Snappy(ReadOnlySpan<byte> block, ref byte[] buffer)
    {
        if (block.Length < 5) throw new InvalidDataException("A snappy block is too short.");
        ReadOnlySpan<byte> packed = block[..^4];
        int length = Snappier.Snappy.GetUncompressedLength(packed);
        if (length is < 0 or > MaxBlockSize) throw new InvalidDataException($"A snappy block claims {length} bytes.");
        if (buffer.Length < length) buffer = new byte[length];
        Span<byte> data = buffer.AsSpan(0, length);
        if (Snappier.Snappy.Decompress(packed, data) != length
            || Crc32.HashToUInt32(data) != BinaryPrimitives.ReadUInt32BigEndian(block[^4..]))
        {
            throw new InvalidDataException("A snappy block has a wrong checksum.");
        }
        return data;
    }

    private static ReadOnlySpan<byte> ReadAll(Stream stream, ref byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= MaxBlockSize) throw new InvalidDataException($"A block unpacks to more than {MaxBlockSize} bytes.");
                Array.Resize(ref buffer, Math.Min(Math.Max(64 * 1024, length * 2), MaxBlockSize));
            }
            int read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0) return buffer.AsSpan(0, length);
            length += read;
        }
    }
}
