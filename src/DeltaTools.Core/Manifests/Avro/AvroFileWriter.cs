namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Writes an Avro object container file into memory.</summary>
internal sealed class AvroFileWriter
{
    /// <summary>Bytes of records in a block before compression; as in Java.</summary>
    private const int BlockSize = 64_000;

    private readonly AvroEncoder _file = new();
    private readonly byte[] _sync = Guid.NewGuid().ToByteArray();
    private readonly string _codec;
    private long _count;

    /// <param name="metadata">Key-value pairs of the header besides schema and codec.</param>
    public AvroFileWriter(AvroRecord schema, string codec, IReadOnlyCollection<KeyValuePair<string, string>> metadata)
    {
        _codec = codec;
        _file.WriteFixed("Obj\u0001"u8);
        _file.WriteLong(metadata.Count + 2);
        _file.WriteString("avro.schema");
        _file.WriteBytes(AvroSchemaWriter.ToJson(schema));
        _file.WriteString("avro.codec");
        _file.WriteString(codec);
        foreach ((string key, string value) in metadata)
        {
            _file.WriteString(key);
            _file.WriteString(value);
        }
        _file.WriteLong(0);
        _file.WriteFixed(_sync);
    }

    /// <summary>Takes the fields of the current record.</summary>
    public AvroEncoder Record { get; } = new();

    public void EndRecord()
    {
        _count++;
        if (Record.Length >= BlockSize) EndBlock();
    }

    /// <summary>Ends the file and gives its content.</summary>
    public byte[] ToArray()
    {
        EndBlock();
        return _file.Written.ToArray();
    }

    private void EndBlock()
    {
        if (_count == 0) return;
        _file.WriteLong(_count);
        _file.WriteBytes(AvroCodec.Compress(_codec, Record.Written));
        _file.WriteFixed(_sync);
        Record.Clear();
        _count = 0;
    }
}
