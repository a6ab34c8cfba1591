using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Name mappings as JSON (Appendix C, "Name Mapping Serialization").</summary>
public static class NameMappingJson
{
    /// <summary>The mapping that the table's properties hold; null when they hold none.</summary>
    /// <exception cref="IcebergException">Corrupt: it breaks the specification, maps a name twice or an id twice.</exception>
    public static NameMapping? Of(TableMetadata metadata) => metadata.Properties.TryGetValue(TableProperties.NameMapping, out string? json)
        ? Parse(json, $"Table {metadata.Location}, property {TableProperties.NameMapping}") : null;

    /// <inheritdoc cref="Of"/>
    public static NameMapping Parse(string json, JsonPlace place) => JsonText.Parse(json, place, (root, at) =>
        new NameMapping(ReadFields(root, at, [])));

    public static string ToText(NameMapping mapping) => JsonText.Text(writer => WriteFields(writer, mapping.Fields));

    private static ImmutableArray<MappedField> ReadFields(JsonElement json, JsonPlace place, HashSet<int> ids)
    {
        if (json.ValueKind != JsonValueKind.Array) throw place.MustBe("an array", json);
        var names = new HashSet<string>(StringComparer.Ordinal);
        ImmutableArray<MappedField>.Builder fields = ImmutableArray.CreateBuilder<MappedField>(json.GetArrayLength());
        foreach (JsonElement item in json.EnumerateArray())
        {
            JsonPlace at = place.Item(fields.Count);
            var field = new JsonFields(item, at);
            int? id = field.IntOrNull("field-id");
            if (id is { } number && !ids.Add(number)) throw at.Corrupt($"maps field id {number}, which is mapped already.");
            ImmutableArray<string> own = [.. field.ArrayOrEmpty("names", JsonFields.ToText).Distinct(StringComparer.Ordinal)];
            foreach (string name in own)
            {
                if (!names.Add(name)) throw at.Corrupt($"maps the name {name}, which is mapped already.");
            }
            fields.Add(new(id, own, field.Find("fields") is { } inner ? ReadFields(inner, at.Field("fields"), ids) : []));
        }
        return fields.MoveToImmutable();
    }

    private static void WriteFields(Utf8JsonWriter writer, ImmutableArray<MappedField> fields)
    {
        writer.WriteStartArray();
        foreach (MappedField field in fields)
        {
            writer.WriteStartObject();
            writer.OptionalNumber("field-id", field.FieldId);
            writer.Array("names", field.Names, (w, name) => w.WriteStringValue(name));
            if (!field.Fields.IsEmpty)
            {
                writer.WritePropertyName("fields");
                WriteFields(writer, field.Fields);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
