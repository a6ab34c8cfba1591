using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Schemas as JSON (Appendix C, "Schemas").</summary>
public static class SchemaJson
{
    private static readonly FrozenSet<string> Known = ["type", "schema-id", "identifier-field-ids", "fields"];

    /// <summary>Reads a schema from text, such as the one in the header of a manifest.</summary>
    /// <param name="place">What the text is and where it comes from, for messages.</param>
    /// <exception cref="IcebergException">Corrupt.</exception>
    public static Schema Parse(string json, JsonPlace place) => JsonText.Parse(json, place, Read);

    /// <exception cref="IcebergException">Corrupt: a field is missing or wrong, or two columns share an id or a name.</exception>
    public static Schema Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        if (json.TextOrNull("type") != "struct") throw place.Corrupt("is a schema whose type is not struct.");
        ImmutableArray<int> identifiers = json.Find("identifier-field-ids") is null ? [] : json.Ints("identifier-field-ids");
        var schema = new Schema(json.IntOrNull("schema-id") ?? 0, TypeJson.ReadStruct(json), identifiers)
        {
            UnknownFields = json.Unknown(Known),
        };
        return SchemaRules.Problem(schema) is { } problem ? throw place.Corrupt(problem) : schema;
    }

    public static void Write(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "struct");
        writer.WriteNumber("schema-id", schema.SchemaId);
        if (!schema.IdentifierFieldIds.IsDefaultOrEmpty) writer.Ints("identifier-field-ids", schema.IdentifierFieldIds);
        writer.Array("fields", schema.Fields, FieldJson.Write);
        writer.Unknown(schema.UnknownFields);
        writer.WriteEndObject();
    }

    public static string ToText(Schema schema) => JsonText.Text(writer => Write(writer, schema));
}
