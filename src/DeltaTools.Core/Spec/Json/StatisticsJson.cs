using System.Collections.Frozen;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Statistics and partition statistics files as JSON ("Table Statistics", "Partition Statistics").</summary>
public static class StatisticsJson
{
    private static readonly FrozenSet<string> Known =
        ["snapshot-id", "statistics-path", "file-size-in-bytes", "file-footer-size-in-bytes", "key-metadata", "blob-metadata"];

    private static readonly FrozenSet<string> KnownOfBlob = ["type", "snapshot-id", "sequence-number", "fields", "properties"];

    private static readonly FrozenSet<string> KnownOfPartition = ["snapshot-id", "statistics-path", "file-size-in-bytes"];

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static StatisticsFile Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return new StatisticsFile(
            json.Long("snapshot-id"), json.Text("statistics-path"), json.Long("file-size-in-bytes"),
            json.Long("file-footer-size-in-bytes"), json.Array("blob-metadata", ReadBlob), json.TextOrNull("key-metadata"))
        {
            UnknownFields = json.Unknown(Known),
        };
    }

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static PartitionStatisticsFile ReadPartition(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return new PartitionStatisticsFile(json.Long("snapshot-id"), json.Text("statistics-path"), json.Long("file-size-in-bytes"))
        {
            UnknownFields = json.Unknown(KnownOfPartition),
        };
    }

    public static void Write(Utf8JsonWriter writer, StatisticsFile file)
    {
        writer.WriteStartObject();
        writer.WriteNumber("snapshot-id", file.SnapshotId);
        writer.WriteString("statistics-path", file.StatisticsPath);
        writer.WriteNumber("file-size-in-bytes", file.FileSizeInBytes);
        writer.WriteNumber("file-footer-size-in-bytes", file.FileFooterSizeInBytes);
        writer.OptionalText("key-metadata", file.KeyMetadata);
        writer.Array("blob-metadata", file.BlobMetadata, WriteBlob);
        writer.Unknown(file.UnknownFields);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, PartitionStatisticsFile file)
    {
        writer.WriteStartObject();
        writer.WriteNumber("snapshot-id", file.SnapshotId);
        writer.WriteString("statistics-path", file.StatisticsPath);
        writer.WriteNumber("file-size-in-bytes", file.FileSizeInBytes);
        writer.Unknown(file.UnknownFields);
        writer.WriteEndObject();
    }

    private static StatisticsBlob ReadBlob(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return new StatisticsBlob(
            json.Text("type"), json.Long("snapshot-id"), json.Long("sequence-number"), json.Ints("fields"), json.TextMap("properties"))
        {
            UnknownFields = json.Unknown(KnownOfBlob),
        };
    }

    private static void WriteBlob(Utf8JsonWriter writer, StatisticsBlob blob)
    {
        writer.WriteStartObject();
        writer.WriteString("type", blob.Type);
        writer.WriteNumber("snapshot-id", blob.SnapshotId);
        writer.WriteNumber("sequence-number", blob.SequenceNumber);
        writer.Ints("fields", blob.Fields);
        if (blob.Properties.Count > 0) writer.TextMap("properties", blob.Properties);
        writer.Unknown(blob.UnknownFields);
        writer.WriteEndObject();
    }
}
