using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Snapshots as JSON (Appendix C, "Table Metadata and Snapshots").</summary>
public static class SnapshotJson
{
    private static readonly FrozenSet<string> Known =
    [
        "snapshot-id", "parent-snapshot-id", "sequence-number", "timestamp-ms", "manifest-list", "manifests", "summary", "schema-id",
        "first-row-id", "added-rows", "key-id",
    ];

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static Snapshot Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        ImmutableSortedDictionary<string, string> summary = json.TextMap("summary");
        // Some writers forgot the operation; overwrite is the one that promises nothing. Java reads it so too.
        if (summary.Count > 0 && !summary.ContainsKey(SnapshotSummary.Operation))
        {
            summary = summary.Add(SnapshotSummary.Operation, SnapshotSummary.Overwrite);
        }
        string? manifestList = json.TextOrNull("manifest-list");
        var snapshot = new Snapshot(
            json.Long("snapshot-id"),
            json.LongOrNull("parent-snapshot-id"),
            json.LongOrNull("sequence-number") ?? 0,
            json.Timestamp("timestamp-ms"),
            manifestList,
            manifestList is null ? json.Array("manifests", JsonFields.ToText) : [],
            summary,
            json.IntOrNull("schema-id"),
            json.LongOrNull("first-row-id"),
            json.LongOrNull("added-rows"),
            json.TextOrNull("key-id"))
        {
            UnknownFields = json.Unknown(Known),
        };
        if (snapshot.FirstRowId < 0) throw place.Field("first-row-id").Corrupt("is negative.");
        if (snapshot.AddedRows < 0) throw place.Field("added-rows").Corrupt("is negative.");
        return snapshot;
    }

    /// <param name="formatVersion">From v2 on every snapshot carries its sequence number.</param>
    public static void Write(Utf8JsonWriter writer, Snapshot snapshot, int formatVersion)
    {
        writer.WriteStartObject();
        if (formatVersion > 1) writer.WriteNumber("sequence-number", snapshot.SequenceNumber);
        writer.WriteNumber("snapshot-id", snapshot.SnapshotId);
        writer.OptionalNumber("parent-snapshot-id", snapshot.ParentSnapshotId);
        writer.Timestamp("timestamp-ms", snapshot.Timestamp);
        if (snapshot.Summary.Count > 0) writer.TextMap("summary", snapshot.Summary);
        if (snapshot.ManifestList is { } list) writer.WriteString("manifest-list", list);
        else writer.Array("manifests", snapshot.Manifests, (w, path) => w.WriteStringValue(path));
        writer.OptionalNumber("schema-id", snapshot.SchemaId);
        writer.OptionalNumber("first-row-id", snapshot.FirstRowId);
        writer.OptionalNumber("added-rows", snapshot.AddedRows);
        writer.OptionalText("key-id", snapshot.KeyId);
        writer.Unknown(snapshot.UnknownFields);
        writer.WriteEndObject();
    }
}
