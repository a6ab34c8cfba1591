using System.Collections.Frozen;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>The fields of a struct as JSON (Appendix C, "Schemas").</summary>
internal static class FieldJson
{
    private static readonly FrozenSet<string> Known = ["id", "name", "required", "type", "doc", "initial-default", "write-default"];

    public static NestedField Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        string name = json.Text("name");
        IcebergType type = TypeJson.Read(json.Get("type"), place.Field("type"));
        bool required = json.Bool("required");
        if (required && type.Id == TypeId.Unknown) throw place.Corrupt($"column {name} of type unknown cannot be required.");
        return new NestedField(
            json.Int("id"), name, type, required, json.TextOrNull("doc"),
            ReadDefault(json, "initial-default", type), ReadDefault(json, "write-default", type))
        {
            UnknownFields = json.Unknown(Known),
        };
    }

    public static void Write(Utf8JsonWriter writer, NestedField field)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", field.Id);
        writer.WriteString("name", field.Name);
        writer.WriteBoolean("required", field.Required);
        writer.WritePropertyName("type");
        TypeJson.Write(writer, field.Type);
        writer.OptionalText("doc", field.Doc);
        WriteDefault(writer, "initial-default", field.Type, field.InitialDefault);
        WriteDefault(writer, "write-default", field.Type, field.WriteDefault);
        writer.Unknown(field.UnknownFields);
        writer.WriteEndObject();
    }

    /// <summary>"Default values": a struct's default is an empty struct, filled by its fields' defaults; lists and maps have none,
    /// and neither have the types that must default to null.</summary>
    private static object? ReadDefault(JsonFields json, string name, IcebergType type)
    {
        if (json.Find(name) is not { } value) return null;
        JsonPlace place = json.Place.Field(name);
        if (type is StructType)
        {
            return value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 0
                ? Array.Empty<object?>()
                : throw place.MustBe("null or {}, since the defaults of a struct's fields stand with the fields", value);
        }
        return type.Id is TypeId.List or TypeId.Map or TypeId.Unknown or TypeId.Variant or TypeId.Geometry or TypeId.Geography
            ? throw place.MustBe($"null for type {type}", value)
            : SingleValueJson.Read(value, type, place);
    }

    private static void WriteDefault(Utf8JsonWriter writer, string name, IcebergType type, object? value)
    {
        if (value is null) return;
        writer.WritePropertyName(name);
        if (type is StructType)
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else SingleValueJson.Write(writer, type, value);
    }
}
