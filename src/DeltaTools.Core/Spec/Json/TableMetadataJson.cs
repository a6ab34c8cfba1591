using System.IO.Compression;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Table metadata files: JSON of format versions 1, 2 and 3, plain or gzip'ed ("Table Metadata", Appendix C).</summary>
public static class TableMetadataJson
{
    /// <summary>More than this no metadata file may unpack to, so that a damaged one cannot exhaust memory.</summary>
    private const int MaxUnpackedBytes = 512 * 1024 * 1024;

    /// <summary>Reads a metadata file. Compression is told by the content, so that the name of the file does not matter.</summary>
    /// <param name="location">Where the bytes come from, for messages.</param>
    /// <exception cref="IcebergException">Corrupt: it breaks the specification; Unsupported: a newer format version or another compression.</exception>
    public static TableMetadata Read(ReadOnlyMemory<byte> bytes, string location)
    {
        var place = new JsonPlace($"Table metadata {location}");
        if (bytes.Span is [0x1f, 0x8b, ..]) bytes = Unzip(bytes, place);
        // Java knows none and gzip. iceberg-go also writes zstd.
        if (bytes.Span is [0x28, 0xb5, 0x2f, 0xfd, ..])
        {
            throw IcebergException.Unsupported($"{place.Document}: it is compressed with zstd. The specification allows gzip only.");
        }
        return JsonText.Parse(bytes, place, Read);
    }

    /// <summary>Reads metadata that stands inside another document, such as the answer of a REST catalog.</summary>
    /// <inheritdoc cref="Read(ReadOnlyMemory{byte}, string)"/>
    public static TableMetadata Read(JsonElement element, JsonPlace place) => new TableMetadataReader(new JsonFields(element, place)).Read();

    /// <summary>The content of a metadata file, as the table's format version wants it written.</summary>
    /// <param name="gzip">Compress; the file's name must then end in <c>.gz.metadata.json</c>.</param>
    public static byte[] Write(TableMetadata metadata, bool gzip = false)
    {
        byte[] json = JsonText.Bytes(writer => Write(writer, metadata));
        if (!gzip) return json;
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal)) stream.Write(json);
        return zipped.ToArray();
    }

    public static void Write(Utf8JsonWriter writer, TableMetadata metadata) => TableMetadataWriter.Write(writer, metadata);

    private static ReadOnlyMemory<byte> Unzip(ReadOnlyMemory<byte> bytes, JsonPlace place)
    {
        try
        {
            using var zipped = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            byte[] buffer = new byte[81920];
            for (int read; (read = zipped.Read(buffer)) > 0;)
            {
                if (plain.Length + read > MaxUnpackedBytes) throw place.Corrupt($"it unpacks to more than {MaxUnpackedBytes >> 20} MB.");
                plain.Write(buffer, 0, read);
            }
            return plain.GetBuffer().AsMemory(0, (int)plain.Length);
        }
        catch (InvalidDataException e)
        {
            throw place.Corrupt("its gzip data are damaged.", e);
        }
    }
}
