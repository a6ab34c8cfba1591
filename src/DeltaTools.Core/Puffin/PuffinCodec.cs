using ZstdSharp;

namespace DeltaTools.Core.Puffin;

/// <summary>Compression of blobs and footers ("Compression codecs").</summary>
internal static class PuffinCodec
{
    /// <summary>Nothing unpacks to more; sketches have some kilobytes.</summary>
    public const int MaxSize = 256 * 1024 * 1024;

    /// <exception cref="InvalidDataException">The content is corrupt.</exception>
    /// <exception cref="NotSupportedException">The codec.</exception>
    public static byte[] Decompress(string? codec, byte[] content) => codec switch
    {
        null => content,
        "lz4" => Lz4Frame.Decompress(content, MaxSize),
        "zstd" => Zstd(content),
        _ => throw new NotSupportedException($"A blob is compressed with '{codec}'; lz4, zstd and no compression can be read."),
    };

    private static byte[] Zstd(byte[] content)
    {
        try
        {
            using var zstd = new DecompressionStream(new MemoryStream(content));
            using var unpacked = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read = zstd.Read(buffer); read > 0; read = zstd.Read(buffer))
            {
                if (unpacked.Length > MaxSize) throw new InvalidDataException($"A zstd blob unpacks to more than {MaxSize} bytes.");
                unpacked.Write(buffer, 0, read);
            }
            return unpacked.ToArray();
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException($"A zstd blob does not unpack: {e.Message}", e);
        }
    }
}
