using System.Collections.Immutable;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>The Avro schemas of manifests and manifest lists by format version: fields, order, names and ids as Java writes them.</summary>
internal static class ManifestSchemas
{
    /// <summary>"Manifest Entry Fields" and "Data File Fields".</summary>
    public static AvroRecord Entry(int formatVersion, StructType partitionType)
    {
        var file = new AvroRecord("r2", [.. DataFile(formatVersion, PartitionAvro.Type(partitionType))]);
        ImmutableArray<AvroField> fields = [Required(0, "status", AvroType.Int), Optional(1, "snapshot_id", AvroType.Long)];
        if (formatVersion >= 2) fields = [.. fields, Optional(3, "sequence_number", AvroType.Long), Optional(4, "file_sequence_number", AvroType.Long)];
        return new AvroRecord("manifest_entry", [.. fields, Required(2, "data_file", file)]);
    }

    /// <summary>"Manifest Lists".</summary>
    public static AvroRecord List(int formatVersion)
    {
        bool v1 = formatVersion == 1;
        var fields = new List<AvroField>
        {
            Required(500, "manifest_path", AvroType.String, "Location URI with FS scheme"),
            Required(501, "manifest_length", AvroType.Long, "Total file size in bytes"),
            Required(502, "partition_spec_id", AvroType.Int, "Spec ID used to write"),
        };
        if (!v1)
        {
            fields.Add(Required(517, "content", AvroType.Int, "Contents of the manifest: 0=data, 1=deletes"));
            fields.Add(Required(515, "sequence_number", AvroType.Long, "Sequence number when the manifest was added"));
            fields.Add(Required(516, "min_sequence_number", AvroType.Long, "Lowest sequence number in the manifest"));
        }
        fields.Add(Required(503, "added_snapshot_id", AvroType.Long, "Snapshot ID that added the manifest"));
        fields.Add(Field(v1, 504, "added_files_count", AvroType.Int, "Added entry count"));
        fields.Add(Field(v1, 505, "existing_files_count", AvroType.Int, "Existing entry count"));
        fields.Add(Field(v1, 506, "deleted_files_count", AvroType.Int, "Deleted entry count"));
        AvroField partitions = Optional(507, "partitions", new AvroArray(Summary, elementId: 508), "Summary for each partition");
        if (v1) fields.Add(partitions);
        fields.Add(Field(v1, 512, "added_rows_count", AvroType.Long, "Added rows count"));
        fields.Add(Field(v1, 513, "existing_rows_count", AvroType.Long, "Existing rows count"));
        fields.Add(Field(v1, 514, "deleted_rows_count", AvroType.Long, "Deleted rows count"));
        if (!v1) fields.Add(partitions);
        fields.Add(Optional(519, "key_metadata", AvroType.Bytes, "Encryption key metadata blob"));
        if (formatVersion >= 3) fields.Add(Optional(520, "first_row_id", AvroType.Long, "Starting row ID to assign to new rows in ADDED data files"));
        return new AvroRecord("manifest_file", [.. fields]);
    }

    private static readonly AvroRecord Summary = new("r508", [
        Required(509, "contains_null", AvroType.Boolean, "True if any file has a null partition value"),
        Optional(518, "contains_nan", AvroType.Boolean, "True if any file has a nan partition value"),
        Optional(510, "lower_bound", AvroType.Bytes, "Partition lower bound for all files"),
        Optional(511, "upper_bound", AvroType.Bytes, "Partition upper bound for all files")]);

    private static IEnumerable<AvroField> DataFile(int formatVersion, AvroRecord partition)
    {
        if (formatVersion >= 2) yield return Required(134, "content", AvroType.Int, "Contents of the file: 0=data, 1=position deletes, 2=equality deletes");
        yield return Required(100, "file_path", AvroType.String, "Location URI with FS scheme");
        yield return Required(101, "file_format", AvroType.String, "File format name: avro, orc, or parquet");
        yield return Required(102, "partition", partition, formatVersion == 1 ? null : "Partition data tuple, schema based on the partition spec");
        yield return Required(103, "record_count", AvroType.Long, "Number of records in the file");
        yield return Required(104, "file_size_in_bytes", AvroType.Long, "Total file size in bytes");
        if (formatVersion == 1) yield return Required(105, "block_size_in_bytes", AvroType.Long);
        yield return Map(108, "column_sizes", 117, AvroType.Long, "Map of column id to total size on disk");
        yield return Map(109, "value_counts", 119, AvroType.Long, "Map of column id to total count, including null and NaN");
        yield return Map(110, "null_value_counts", 121, AvroType.Long, "Map of column id to null value count");
        yield return Map(137, "nan_value_counts", 138, AvroType.Long, "Map of column id to number of NaN values in the column");
        yield return Map(125, "lower_bounds", 126, AvroType.Bytes, "Map of column id to lower bound");
        yield return Map(128, "upper_bounds", 129, AvroType.Bytes, "Map of column id to upper bound");
        yield return Optional(131, "key_metadata", AvroType.Bytes, "Encryption key metadata blob");
        yield return Optional(132, "split_offsets", new AvroArray(AvroType.Long, elementId: 133), "Splittable offsets");
        if (formatVersion >= 2) yield return Optional(135, "equality_ids", new AvroArray(AvroType.Int, elementId: 136), "Equality comparison field IDs");
        yield return Optional(140, "sort_order_id", AvroType.Int, "Sort order ID");
        if (formatVersion >= 3) yield return Optional(142, "first_row_id", AvroType.Long, "The first row ID assigned to the first row in the data file");
        if (formatVersion >= 2)
        {
            yield return Optional(143, "referenced_data_file", AvroType.String, "Fully qualified location (URI with FS scheme) of a data file that all deletes reference");
        }
        if (formatVersion >= 3)
        {
            yield return Optional(144, "content_offset", AvroType.Long, "The offset in the file where the content starts");
            yield return Optional(145, "content_size_in_bytes", AvroType.Long, "The length of referenced content stored in the file");
        }
    }

    private static AvroField Map(int id, string name, int keyId, AvroType value, string doc) => Optional(id, name, new AvroArray(
        new AvroRecord($"k{keyId}_v{keyId + 1}", [Required(keyId, "key", AvroType.Int), Required(keyId + 1, "value", value)]), isMap: true), doc);

    private static AvroField Required(int id, string name, AvroType type, string? doc = null) => new(name, type, id, doc);

    private static AvroField Optional(int id, string name, AvroType type, string? doc = null) => new(name, AvroType.Optional(type), id, doc);

    private static AvroField Field(bool optional, int id, string name, AvroType type, string doc) =>
        optional ? Optional(id, name, type, doc) : Required(id, name, type, doc);
}
