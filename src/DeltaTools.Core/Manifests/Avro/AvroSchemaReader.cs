using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Parses the JSON of an Avro schema.</summary>
/// <remarks>
/// Tolerant where Iceberg's readers do not care (names, defaults, unknown logical types, which the Avro libraries refuse);
/// recursive types are refused, since no Iceberg schema has them.
/// </remarks>
internal sealed class AvroSchemaReader
{
    /// <summary>Nesting by name is not bounded by the JSON's own depth; values are skipped recursively.</summary>
    private const int MaxDepth = 64;

    private readonly Dictionary<string, AvroType> _named = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">Not JSON, or not an Avro schema.</exception>
    public static AvroType Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return new AvroSchemaReader().Read(document.RootElement, null);
        }
        // InvalidOperationException: a string that is not valid UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Its Avro schema is not JSON: {e.Message}", e);
        }
    }

    private AvroType Read(JsonElement json, string? space)
    {
        AvroType type = json.ValueKind switch
        {
            JsonValueKind.String => Named(Text(json), json, space),
            JsonValueKind.Array => Union(json, space),
            JsonValueKind.Object => Complex(json, space),
            _ => throw Bad($"a type is {json.ValueKind}"),
        };
        return type.Depth <= MaxDepth ? type : throw Bad($"types are nested deeper than {MaxDepth} levels");
    }

    private AvroUnion Union(JsonElement json, string? space)
    {
        if (json.GetArrayLength() == 0) throw Bad("a union is empty");
        return new AvroUnion([.. json.EnumerateArray().Select(branch => Read(branch, space))]);
    }

    private AvroType Complex(JsonElement json, string? space)
    {
        JsonElement type = Property(json, "type");
        if (type.ValueKind != JsonValueKind.String) return Read(type, space);
        switch (Text(type))
        {
            case "record" or "error": return Record(json, space);
            case "array":
                return new AvroArray(Read(Property(json, "items"), space), Int(json, "element-id"), Optional(json, "logicalType") == "map");
            case "map": return new AvroMap(Read(Property(json, "values"), space));
            case "enum": return Add(json, space, new AvroEnum(Text(Property(json, "name"))));
            case "fixed":
                int size = Int(json, "size") ?? throw Bad("a fixed type has no size");
                if (size < 0) throw Bad($"a fixed type has {size} bytes");
                return Add(json, space, new AvroFixed(
                    Text(Property(json, "name")), size, Optional(json, "logicalType"), Int(json, "precision") ?? 0, Int(json, "scale") ?? 0));
            default: return Named(Text(type), json, space);
        }
    }

    private AvroRecord Record(JsonElement json, string? space)
    {
        string name = Text(Property(json, "name"));
        string? inner = Optional(json, "namespace") ?? (name.LastIndexOf('.') is > 0 and int dot ? name[..dot] : space);
        JsonElement fields = Property(json, "fields");
        if (fields.ValueKind != JsonValueKind.Array) throw Bad($"record {name} has no list of fields");
        ImmutableArray<AvroField> read = [.. fields.EnumerateArray().Select(field => new AvroField(
            Text(Property(field, "name")), Read(Property(field, "type"), inner), Int(field, "field-id")))];
        return Add(json, space, new AvroRecord(name, read));
    }

    private T Add<T>(JsonElement json, string? space, T type) where T : AvroType
    {
        string name = Text(Property(json, "name"));
        _named[FullName(name, Optional(json, "namespace") ?? space)] = type;
        _named.TryAdd(name, type);
        return type;
    }

    private AvroType Named(string name, JsonElement json, string? space)
    {
        AvroKind? kind = name switch
        {
            "null" => AvroKind.Null,
            "boolean" => AvroKind.Boolean,
            "int" => AvroKind.Int,
            "long" => AvroKind.Long,
            "float" => AvroKind.Float,
            "double" => AvroKind.Double,
            "bytes" => AvroKind.Bytes,
            "string" => AvroKind.String,
            _ => null,
        };
        if (kind is { } primitive)
        {
            return json.ValueKind == JsonValueKind.Object
                ? new AvroPrimitive(primitive, Optional(json, "logicalType"), Bool(json, "adjust-to-utc"))
                : new AvroPrimitive(primitive);
        }
        return _named.GetValueOrDefault(FullName(name, space)) ?? _named.GetValueOrDefault(name)
            ?? throw Bad($"type '{name}' is used before it is defined");
    }

    private static string FullName(string name, string? space) => space is null || name.Contains('.') ? name : $"{space}.{name}";

    private static JsonElement Property(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : throw Bad($"'{name}' is missing");

    private static string? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Int(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;

    private static bool? Bool(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static string Text(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw Bad($"a name is {json.ValueKind}");

    private static InvalidDataException Bad(string what) => new($"Its Avro schema is not valid: {what}.");
}
