using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Writes table metadata with the fields that its format version requires, and those that Java adds for older readers.</summary>
internal static class TableMetadataWriter
{
    public static void Write(Utf8JsonWriter writer, TableMetadata metadata)
    {
        int version = metadata.FormatVersion;
        writer.WriteStartObject();
        writer.WriteNumber("format-version", version);
        if (metadata.TableUuid is { } uuid) writer.WriteString("table-uuid", uuid);
        writer.WriteString("location", metadata.Location);
        if (version > 1) writer.WriteNumber("last-sequence-number", metadata.LastSequenceNumber);
        writer.Timestamp("last-updated-ms", metadata.LastUpdated);
        writer.WriteNumber("last-column-id", metadata.LastColumnId);
        if (version == 1)
        {
            writer.WritePropertyName("schema");
            SchemaJson.Write(writer, metadata.CurrentSchema);
        }
        writer.WriteNumber("current-schema-id", metadata.CurrentSchemaId);
        writer.Array("schemas", metadata.Schemas, SchemaJson.Write);
        if (version == 1) PartitionSpecJson.WriteFields(writer, "partition-spec", metadata.DefaultSpec);
        writer.WriteNumber("default-spec-id", metadata.DefaultSpecId);
        writer.Array("partition-specs", metadata.PartitionSpecs, PartitionSpecJson.Write);
        writer.WriteNumber("last-partition-id", metadata.LastPartitionId);
        writer.WriteNumber("default-sort-order-id", metadata.DefaultSortOrderId);
        writer.Array("sort-orders", metadata.SortOrders, SortOrderJson.Write);
        writer.TextMap("properties", metadata.Properties);
        if (metadata.CurrentSnapshotId is { } current) writer.WriteNumber("current-snapshot-id", current);
        else if (version >= 3) writer.WriteNull("current-snapshot-id");
        else writer.WriteNumber("current-snapshot-id", -1);
        if (version >= 3) writer.WriteNumber("next-row-id", metadata.NextRowId);
        if (!metadata.EncryptionKeys.IsEmpty) writer.Array("encryption-keys", metadata.EncryptionKeys, EncryptionKeyJson.Write);
        writer.WriteStartObject("refs");
        foreach ((string name, SnapshotRef reference) in metadata.Refs)
        {
            writer.WritePropertyName(name);
            SnapshotRefJson.Write(writer, reference);
        }
        writer.WriteEndObject();
        writer.Array("snapshots", metadata.Snapshots, (w, snapshot) => SnapshotJson.Write(w, snapshot, version));
        writer.Array("statistics", metadata.Statistics, StatisticsJson.Write);
        writer.Array("partition-statistics", metadata.PartitionStatistics, StatisticsJson.Write);
        writer.Array("snapshot-log", metadata.SnapshotLog, WriteSnapshotLog);
        writer.Array("metadata-log", metadata.MetadataLog, WriteMetadataLog);
        writer.Unknown(metadata.UnknownFields);
        writer.WriteEndObject();
    }

    private static void WriteSnapshotLog(Utf8JsonWriter writer, SnapshotLogEntry entry)
    {
        writer.WriteStartObject();
        writer.Timestamp("timestamp-ms", entry.Timestamp);
        writer.WriteNumber("snapshot-id", entry.SnapshotId);
        writer.Unknown(entry.UnknownFields);
        writer.WriteEndObject();
    }

    private static void WriteMetadataLog(Utf8JsonWriter writer, MetadataLogEntry entry)
    {
        writer.WriteStartObject();
        writer.Timestamp("timestamp-ms", entry.Timestamp);
        writer.WriteString("metadata-file", entry.MetadataFile);
        writer.Unknown(entry.UnknownFields);
        writer.WriteEndObject();
    }
}
