using System.Collections.Frozen;
using System.Text;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>An Avro object container file in memory: header and blocks.</summary>
/// <remarks>
/// Own code instead of Apache.Avro 1.12's <c>DataFileReader</c> and <c>BinaryDecoder</c>, which allocate what a corrupt length asks for
/// (measured: a file of 60 bytes takes 1 GB) and cannot pass over bytes without copying them. Measured on one core with entries that
/// have metrics of 8 columns: with that library 45,000 entries/s as GenericRecord, 170,000 to 250,000 decoded by hand and thrown away;
/// here 160,000 to 270,000 as <see cref="Spec.ManifestEntry"/> with all metrics, 280,000 to 370,000 without metrics.
/// </remarks>
internal sealed class AvroFile
{
    private const int SyncSize = 16;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly string _codec;
    private readonly byte[] _sync;
    private int _position;
    private byte[] _buffer = [];

    private AvroFile(ReadOnlyMemory<byte> content, AvroRecord schema, string codec, FrozenDictionary<string, string> metadata, int position)
    {
        (_content, Schema, _codec, Metadata, _position) = (content, schema, codec, metadata, position);
        _sync = content.Slice(position - SyncSize, SyncSize).ToArray();
    }

    /// <summary>The schema it was written with.</summary>
    public AvroRecord Schema { get; }

    /// <summary>The header's key-value pairs.</summary>
    public FrozenDictionary<string, string> Metadata { get; }

    /// <exception cref="InvalidDataException">Not an Avro file, or a corrupt one.</exception>
    /// <exception cref="NotSupportedException">The codec.</exception>
    public static AvroFile Open(ReadOnlyMemory<byte> content)
    {
        if (content.Length < 4 || !content.Span[..4].SequenceEqual("Obj\u0001"u8))
        {
            throw new InvalidDataException(content.Length == 0 ? "The file is empty." : "It is not an Avro file.");
        }
        var decoder = new AvroDecoder(content.Span[4..]);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadOnlyMemory<byte> schema = default;
        for (int count = decoder.ReadItemCount(empty: false); count != 0; count = decoder.ReadItemCount(empty: false))
        {
            for (; count > 0; count--)
            {
                string key = decoder.ReadString();
                ReadOnlySpan<byte> value = decoder.ReadBytes();
                if (key == "avro.schema") schema = content.Slice(4 + decoder.Position - value.Length, value.Length);
                else metadata[key] = Encoding.UTF8.GetString(value);
            }
        }
        decoder.ReadFixed(SyncSize);
        if (schema.IsEmpty) throw new InvalidDataException("Its header has no schema.");
        string codec = metadata.GetValueOrDefault("avro.codec", "null");
        AvroCodec.CheckSupported(codec);
        AvroRecord record = AvroSchemaReader.Parse(schema) as AvroRecord ?? throw new InvalidDataException("Its Avro schema is not a record.");
        return new AvroFile(content, record, codec, metadata.ToFrozenDictionary(StringComparer.Ordinal), 4 + decoder.Position);
    }

    /// <summary>Reads the next block; what it returned before is gone then.</summary>
    /// <param name="count">Records in the block.</param>
    /// <param name="data">Their encoding.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidDataException">The block is corrupt or cut off.</exception>
    public bool NextBlock(out long count, out ReadOnlySpan<byte> data)
    {
        count = 0;
        data = default;
        if (_position == _content.Length) return false;
        var decoder = new AvroDecoder(_content.Span[_position..]);
        count = decoder.ReadLong();
        ReadOnlySpan<byte> block = decoder.ReadBytes();
        int start = _position + decoder.Position - block.Length;
        if (!decoder.ReadFixed(SyncSize).SequenceEqual(_sync)) throw new InvalidDataException($"The block at byte {_position} does not end in the file's sync marker.");
        data = AvroCodec.Decompress(_codec, _content.Slice(start, block.Length), ref _buffer);
        _position += decoder.Position;
        if (count < 0 || (count > data.Length && !Schema.IsEmpty)) throw new InvalidDataException($"A block claims {count} records in {data.Length} bytes.");
        return true;
    }
}
