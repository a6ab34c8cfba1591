using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Branches and tags as JSON ("Snapshot References").</summary>
public static class SnapshotRefJson
{
    private static readonly FrozenSet<string> Known =
        ["snapshot-id", "type", "min-snapshots-to-keep", "max-snapshot-age-ms", "max-ref-age-ms"];

    // Java's Long.MAX_VALUE milliseconds, "for ever", are more than a TimeSpan holds.
    private static readonly long LongestMillis = (long)TimeSpan.MaxValue.TotalMilliseconds;

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static SnapshotRef Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        SnapshotRefType type = json.Text("type").ToLowerInvariant() switch
        {
            "branch" => SnapshotRefType.Branch,
            "tag" => SnapshotRefType.Tag,
            _ => throw place.Field("type").MustBe("branch or tag", json.Get("type")),
        };
        int? keep = json.IntOrNull("min-snapshots-to-keep");
        if (keep <= 0) throw place.Field("min-snapshots-to-keep").MustBe("greater than 0", json.Get("min-snapshots-to-keep"));
        TimeSpan? snapshotAge = ReadAge(json, "max-snapshot-age-ms");
        if (type == SnapshotRefType.Tag && (keep is not null || snapshotAge is not null))
        {
            throw place.Corrupt("is a tag, which cannot have min-snapshots-to-keep or max-snapshot-age-ms.");
        }
        return new SnapshotRef(json.Long("snapshot-id"), type, keep, snapshotAge, ReadAge(json, "max-ref-age-ms"))
        {
            UnknownFields = json.Unknown(Known),
        };
    }

    /// <summary>The map of all references by name.</summary>
    public static ImmutableSortedDictionary<string, SnapshotRef> ReadAll(JsonElement element, JsonPlace place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw place.MustBe("an object", element);
        ImmutableSortedDictionary<string, SnapshotRef> refs = SnapshotRef.None;
        foreach (JsonProperty entry in element.EnumerateObject()) refs = refs.SetItem(entry.Name, Read(entry.Value, place.Field(entry.Name)));
        return refs;
    }

    public static void Write(Utf8JsonWriter writer, SnapshotRef reference)
    {
        writer.WriteStartObject();
        WriteFields(writer, reference);
        writer.WriteEndObject();
    }

    /// <summary>The fields without the braces, for a message that adds some of its own.</summary>
    public static void WriteFields(Utf8JsonWriter writer, SnapshotRef reference)
    {
        writer.WriteNumber("snapshot-id", reference.SnapshotId);
        writer.WriteString("type", reference.Type == SnapshotRefType.Branch ? "branch" : "tag");
        writer.OptionalNumber("min-snapshots-to-keep", reference.MinSnapshotsToKeep);
        writer.OptionalNumber("max-snapshot-age-ms", Millis(reference.MaxSnapshotAge));
        writer.OptionalNumber("max-ref-age-ms", Millis(reference.MaxRefAge));
        writer.Unknown(reference.UnknownFields);
    }

    private static TimeSpan? ReadAge(JsonFields json, string name) => json.LongOrNull(name) switch
    {
        null => null,
        <= 0 => throw json.Place.Field(name).MustBe("greater than 0", json.Get(name)),
        { } millis => millis >= LongestMillis ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(millis),
    };

    private static long? Millis(TimeSpan? age) =>
        age == TimeSpan.MaxValue ? long.MaxValue : age is { } span ? span.Ticks / TimeSpan.TicksPerMillisecond : null;
}
