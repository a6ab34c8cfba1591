using System.Globalization;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Manifests;

/// <summary>Writes manifests in memory.</summary>
public static class ManifestWriter
{
    /// <summary>Writes with the table's format version and current schema; a partition column that was dropped keeps its last type.</summary>
    /// <inheritdoc cref="Write(int, Schema, PartitionSpec, ManifestContent, long, IEnumerable{ManifestEntry}, AvroCompression)"/>
    public static (byte[] Content, ManifestFile Manifest) Write(TableMetadata metadata, PartitionSpec spec, ManifestContent content, long snapshotId,
        IEnumerable<ManifestEntry> entries, AvroCompression compression = AvroCompression.Deflate) =>
        Write(metadata.FormatVersion, metadata.CurrentSchema, spec, metadata.PartitionType(spec), content, snapshotId, entries, compression);

    /// <param name="snapshotId">The snapshot that adds the manifest. Added and deleted entries are its doing and get this id, whatever theirs is.</param>
    /// <param name="entries">
    /// Added entries inherit what they leave null: their sequence number when it is null, their file sequence number and, in v3, their
    /// first row id always. Existing entries carry their resolved snapshot id; existing and deleted ones their resolved sequence numbers.
    /// </param>
    /// <returns>The file's content, and its line for the manifest list: without a path, and without the sequence number, which the commit assigns.</returns>
    /// <exception cref="IcebergException">InvalidArgument: an entry lacks what it must carry, or its partition does not fit the spec.</exception>
    public static (byte[] Content, ManifestFile Manifest) Write(int formatVersion, Schema schema, PartitionSpec spec, ManifestContent content,
        long snapshotId, IEnumerable<ManifestEntry> entries, AvroCompression compression = AvroCompression.Deflate) =>
        Write(formatVersion, schema, spec, spec.TypeOf(schema), content, snapshotId, entries, compression);

    private static (byte[], ManifestFile) Write(int formatVersion, Schema schema, PartitionSpec spec, StructType partitionType,
        ManifestContent content, long snapshotId, IEnumerable<ManifestEntry> entries, AvroCompression compression)
    {
        if (formatVersion == 1 && content == ManifestContent.Deletes) throw IcebergException.Invalid("Tables of format version 1 have no delete files.");
        var file = new AvroFileWriter(ManifestSchemas.Entry(formatVersion, partitionType), compression.Codec(), Header(formatVersion, schema, spec, content));
        var encoder = new ManifestEntryEncoder(file.Record, formatVersion, partitionType, content);
        var summary = new PartitionSummary(partitionType);
        Span<int> files = stackalloc int[3];
        Span<long> rows = stackalloc long[3];
        long? minSequenceNumber = null;
        foreach (ManifestEntry given in entries)
        {
            ManifestEntry entry = given.Status == ManifestEntryStatus.Existing ? given : given with { SnapshotId = snapshotId };
            encoder.Write(entry);
            file.EndRecord();
            summary.Add(entry.DataFile.Partition);
            files[(int)entry.Status]++;
            rows[(int)entry.Status] += entry.DataFile.RecordCount;
            if (entry.IsLive && entry.SequenceNumber is { } sequence) minSequenceNumber = Math.Min(minSequenceNumber ?? sequence, sequence);
        }
        byte[] bytes = file.ToArray();
        return (bytes, new ManifestFile(
            "", bytes.Length, spec.SpecId, content, null, minSequenceNumber, snapshotId,
            AddedFilesCount: files[(int)ManifestEntryStatus.Added],
            ExistingFilesCount: files[(int)ManifestEntryStatus.Existing],
            DeletedFilesCount: files[(int)ManifestEntryStatus.Deleted],
            AddedRowsCount: rows[(int)ManifestEntryStatus.Added],
            ExistingRowsCount: rows[(int)ManifestEntryStatus.Existing],
            DeletedRowsCount: rows[(int)ManifestEntryStatus.Deleted],
            Partitions: summary.ToSummaries()));
    }

    private static List<KeyValuePair<string, string>> Header(int formatVersion, Schema schema, PartitionSpec spec, ManifestContent content)
    {
        List<KeyValuePair<string, string>> header =
        [
            new("schema", SchemaJson.ToText(schema)),
            new("schema-id", schema.SchemaId.ToString(CultureInfo.InvariantCulture)),
            new("partition-spec", PartitionSpecJson.FieldsToText(spec)),
            new("partition-spec-id", spec.SpecId.ToString(CultureInfo.InvariantCulture)),
            new("format-version", formatVersion.ToString(CultureInfo.InvariantCulture)),
        ];
        if (formatVersion >= 2) header.Add(new("content", content == ManifestContent.Data ? "data" : "deletes"));
        return header;
    }
}
