using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeltaTools.Core.Manifests.Avro;

/// <summary>Writes an Avro schema as JSON, properties in the order of Java's writer.</summary>
internal sealed class AvroSchemaWriter
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public static byte[] ToJson(AvroType type)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new AvroSchemaWriter().Write(json, type);
        }
        return stream.ToArray();
    }

    private void Write(Utf8JsonWriter json, AvroType type)
    {
        switch (type)
        {
            case AvroPrimitive { LogicalType: null } primitive: json.WriteStringValue(Name(primitive.Kind)); break;
            case AvroPrimitive primitive:
                json.WriteStartObject();
                json.WriteString("type", Name(primitive.Kind));
                json.WriteString("logicalType", primitive.LogicalType);
                if (primitive.AdjustToUtc is { } adjust) json.WriteBoolean("adjust-to-utc", adjust);
                json.WriteEndObject();
                break;
            case AvroFixed @fixed: Fixed(json, @fixed); break;
            case AvroRecord record: Record(json, record); break;
            case AvroArray array:
                json.WriteStartObject();
                json.WriteString("type", "array");
                json.WritePropertyName("items");
                Write(json, array.Items);
                if (array.IsMap) json.WriteString("logicalType", "map");
                if (array.ElementId is { } id) json.WriteNumber("element-id", id);
                json.WriteEndObject();
                break;
            case AvroUnion union:
                json.WriteStartArray();
                foreach (AvroType branch in union.Branches) Write(json, branch);
                json.WriteEndArray();
                break;
            default: throw new ArgumentException($"Manifests have no {type.GetType().Name}.");
        }
    }

    private void Fixed(Utf8JsonWriter json, AvroFixed type)
    {
        if (!_written.Add(type.Name))
        {
            json.WriteStringValue(type.Name);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "fixed");
        json.WriteString("name", type.Name);
        json.WriteNumber("size", type.Size);
        if (type.LogicalType is not null) json.WriteString("logicalType", type.LogicalType);
        if (type.LogicalType == "decimal")
        {
            json.WriteNumber("precision", type.Precision);
            json.WriteNumber("scale", type.Scale);
        }
        json.WriteEndObject();
    }

    private void Record(Utf8JsonWriter json, AvroRecord record)
    {
        json.WriteStartObject();
        json.WriteString("type", "record");
        json.WriteString("name", record.Name);
        json.WriteStartArray("fields");
        foreach (AvroField field in record.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WritePropertyName("type");
            Write(json, field.Type);
            if (field.Doc is not null) json.WriteString("doc", field.Doc);
            if (field.Type is AvroUnion) json.WriteNull("default");
            if (field.OriginalName is not null) json.WriteString("iceberg-field-name", field.OriginalName);
            if (field.Id is { } id) json.WriteNumber("field-id", id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Name(AvroKind kind) => kind switch
    {
        AvroKind.Null => "null",
        AvroKind.Boolean => "boolean",
        AvroKind.Int => "int",
        AvroKind.Long => "long",
        AvroKind.Float => "float",
        AvroKind.Double => "double",
        AvroKind.Bytes => "bytes",
        _ => "string",
    };
}
