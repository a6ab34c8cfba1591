using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Partition specs as JSON (Appendix C, "Partition Specs").</summary>
public static class PartitionSpecJson
{
    private static readonly FrozenSet<string> Known = ["spec-id", "fields"];

    private static readonly FrozenSet<string> KnownOfField = ["source-id", "source-ids", "field-id", "name", "transform"];

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static PartitionSpec Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        int id = json.Int("spec-id");
        return new PartitionSpec(id, ReadFields(json.Get("fields"), place.Field("fields"))) { UnknownFields = json.Unknown(Known) };
    }

    /// <summary>Reads the bare list of fields, as <c>partition-spec</c> of v1 metadata and manifest headers have it.</summary>
    /// <remarks>Where old v1 writers gave no field ids, they are 1000, 1001, ... as the reference implementation counted.</remarks>
    public static ImmutableArray<PartitionField> ReadFields(JsonElement element, JsonPlace place)
    {
        if (element.ValueKind != JsonValueKind.Array) throw place.MustBe("an array", element);
        ImmutableArray<PartitionField>.Builder fields = ImmutableArray.CreateBuilder<PartitionField>(element.GetArrayLength());
        int withId = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            var json = new JsonFields(item, place.Item(fields.Count));
            int? id = json.IntOrNull("field-id");
            if (id is not null) withId++;
            fields.Add(new PartitionField(
                ReadSources(json), id ?? PartitionSpec.FirstFieldId + fields.Count, json.Text("name"), ReadTransform(json))
            {
                UnknownFields = json.Unknown(KnownOfField),
            });
        }
        return withId == 0 || withId == fields.Count
            ? fields.MoveToImmutable()
            : throw place.Corrupt($"has {fields.Count - withId} of {fields.Count} fields without field-id.");
    }

    /// <summary>Reads a bare list of fields from text.</summary>
    public static PartitionSpec ParseFields(string json, int specId, JsonPlace place) =>
        new(specId, JsonText.Parse(json, place, ReadFields));

    public static void Write(Utf8JsonWriter writer, PartitionSpec spec)
    {
        writer.WriteStartObject();
        writer.WriteNumber("spec-id", spec.SpecId);
        WriteFields(writer, "fields", spec);
        writer.Unknown(spec.UnknownFields);
        writer.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter writer, string name, PartitionSpec spec)
    {
        writer.WritePropertyName(name);
        WriteFields(writer, spec);
    }

    /// <summary>The bare list of fields, for the header of a manifest.</summary>
    public static string FieldsToText(PartitionSpec spec) => JsonText.Text(writer => WriteFields(writer, spec));

    private static void WriteFields(Utf8JsonWriter writer, PartitionSpec spec)
    {
        writer.WriteStartArray();
        foreach (PartitionField field in spec.Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Name);
            writer.WriteString("transform", field.Transform.ToString());
            WriteSources(writer, field.SourceIds);
            writer.WriteNumber("field-id", field.FieldId);
            writer.Unknown(field.UnknownFields);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary><c>source-ids</c> stands for multi-argument transforms (v3); else there is <c>source-id</c>.</summary>
    internal static ImmutableArray<int> ReadSources(JsonFields json)
    {
        if (json.Find("source-ids") is null) return [json.Int("source-id")];
        ImmutableArray<int> ids = json.Ints("source-ids");
        return ids.IsEmpty ? throw json.Place.Field("source-ids").Corrupt("is empty.") : ids;
    }

    internal static void WriteSources(Utf8JsonWriter writer, ImmutableArray<int> ids)
    {
        if (ids.Length == 1) writer.WriteNumber("source-id", ids[0]);
        else writer.Ints("source-ids", ids);
    }

    internal static Transform ReadTransform(JsonFields json)
    {
        string text = json.Text("transform");
        try
        {
            return TransformText.Parse(text);
        }
        catch (IcebergException e)
        {
            throw json.Place.Field("transform").Corrupt(e.Message, e);
        }
    }
}
