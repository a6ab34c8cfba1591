using System.Text;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>Reads manifest entries of one writer's schema, by the field ids of "Manifest Entry Fields" and "Data File Fields".</summary>
internal sealed class ManifestEntryReader
{
    private readonly AvroRecordReader<ManifestEntryBuilder> _reader;

    /// <exception cref="InvalidDataException">The schema is not that of a manifest entry.</exception>
    public ManifestEntryReader(AvroRecord schema, StructType partitionType, ManifestReadOptions options) =>
        _reader = AvroRecordReader<ManifestEntryBuilder>.Compile(schema, [
            AvroBinding<ManifestEntryBuilder>.Int(0, "status", (e, v) => e.Status = v),
            AvroBinding<ManifestEntryBuilder>.Long(1, "snapshot_id", (e, v) => e.SnapshotId = v),
            AvroBinding<ManifestEntryBuilder>.Long(3, "sequence_number", (e, v) => e.SequenceNumber = v),
            AvroBinding<ManifestEntryBuilder>.Long(4, "file_sequence_number", (e, v) => e.FileSequenceNumber = v),
            new(2, "data_file", type =>
            {
                AvroRecordReader<ManifestEntryBuilder> file = AvroRecordReader<ManifestEntryBuilder>.Compile(type, DataFileFields(partitionType, options));
                return file.Read;
            }),
        ]);

    public void Read(ref AvroDecoder decoder, ManifestEntryBuilder entry) => _reader.Read(ref decoder, entry);

    private static List<AvroBinding<ManifestEntryBuilder>> DataFileFields(StructType partitionType, ManifestReadOptions options) => [
        AvroBinding<ManifestEntryBuilder>.Int(134, "content", (e, v) => e.Content = v),
        new(100, "file_path", Path),
        new(101, "file_format", Format),
        new(102, "partition", type =>
        {
            var partition = new PartitionReader(type, partitionType);
            return (ref decoder, e) => e.Partition = partition.Read(ref decoder);
        }),
        AvroBinding<ManifestEntryBuilder>.Long(103, "record_count", (e, v) => e.RecordCount = v),
        AvroBinding<ManifestEntryBuilder>.Long(104, "file_size_in_bytes", (e, v) => e.FileSize = v),
        Counts(108, "column_sizes", 117, options, (e, v) => e.ColumnSizes = v),
        Counts(109, "value_counts", 119, options, (e, v) => e.ValueCounts = v),
        Counts(110, "null_value_counts", 121, options, (e, v) => e.NullValueCounts = v),
        Counts(137, "nan_value_counts", 138, options, (e, v) => e.NanValueCounts = v),
        Bounds(125, "lower_bounds", 126, options, (e, v) => e.LowerBounds = v),
        Bounds(128, "upper_bounds", 129, options, (e, v) => e.UpperBounds = v),
        AvroBinding<ManifestEntryBuilder>.Bytes(131, "key_metadata", (e, v) => e.KeyMetadata = v),
        AvroBinding<ManifestEntryBuilder>.Longs(132, "split_offsets", (e, v) => e.SplitOffsets = [.. v]),
        AvroBinding<ManifestEntryBuilder>.Longs(135, "equality_ids", (e, v) => e.EqualityIds = [.. v.Select(FieldId)]),
        AvroBinding<ManifestEntryBuilder>.Int(140, "sort_order_id", (e, v) => e.SortOrderId = v),
        AvroBinding<ManifestEntryBuilder>.Long(142, "first_row_id", (e, v) => e.FirstRowId = v),
        AvroBinding<ManifestEntryBuilder>.Text(143, "referenced_data_file", (e, v) => e.ReferencedDataFile = v),
        AvroBinding<ManifestEntryBuilder>.Long(144, "content_offset", (e, v) => e.ContentOffset = v),
        AvroBinding<ManifestEntryBuilder>.Long(145, "content_size_in_bytes", (e, v) => e.ContentSize = v),
    ];

    private static AvroFieldReader<ManifestEntryBuilder> Path(AvroType type)
    {
        AvroBinding<ManifestEntryBuilder>.Expect(type, "file_path", AvroKind.String, AvroKind.Bytes);
        return (ref decoder, e) =>
        {
            int length = decoder.ReadBytes().Length;
            e.Path = (decoder.Position - length)..decoder.Position;
        };
    }

    /// <summary>Upper case in Java's manifests, lower case in the specification; any case is read.</summary>
    private static AvroFieldReader<ManifestEntryBuilder> Format(AvroType type)
    {
        AvroBinding<ManifestEntryBuilder>.Expect(type, "file_format", AvroKind.String, AvroKind.Bytes);
        return (ref decoder, e) =>
        {
            ReadOnlySpan<byte> name = decoder.ReadBytes();
            e.Format = Ascii.EqualsIgnoreCase(name, "parquet"u8) ? FileFormat.Parquet
                : Ascii.EqualsIgnoreCase(name, "puffin"u8) ? FileFormat.Puffin
                : Ascii.EqualsIgnoreCase(name, "avro"u8) ? FileFormat.Avro
                : Ascii.EqualsIgnoreCase(name, "orc"u8) ? FileFormat.Orc
                : throw new NotSupportedException($"It lists a file of format '{Encoding.UTF8.GetString(name)}'.");
        };
    }

    private static AvroBinding<ManifestEntryBuilder> Counts(
        int id, string name, int keyId, ManifestReadOptions options, Action<ManifestEntryBuilder, FieldMap<long>> set) =>
        Metrics(id, name, keyId, (AvroKind.Int, AvroKind.Long), static (ref d) => d.ReadLong(), options, set);

    private static AvroBinding<ManifestEntryBuilder> Bounds(
        int id, string name, int keyId, ManifestReadOptions options, Action<ManifestEntryBuilder, FieldMap<byte[]>> set) =>
        Metrics(id, name, keyId, (AvroKind.Bytes, AvroKind.String), static (ref d) => d.ReadBytes().ToArray(), options, set);

    private static AvroBinding<ManifestEntryBuilder> Metrics<TValue>(int id, string name, int keyId, (AvroKind, AvroKind) kinds,
        AvroValueReader<TValue> value, ManifestReadOptions options, Action<ManifestEntryBuilder, FieldMap<TValue>> set) => new(id, name, type =>
    {
        var map = new AvroFieldMapReader<TValue>(type, name, keyId, kinds, value, options.MetricFields);
        bool none = options.MetricFields is { Count: 0 };
        return (ref decoder, e) =>
        {
            if (none || !e.IsWanted) decoder.Skip(type);
            else set(e, map.Read(ref decoder));
        };
    });

    private static int FieldId(long id) => id == (int)id ? (int)id : throw new InvalidDataException($"{id} is not a field id.");
}
