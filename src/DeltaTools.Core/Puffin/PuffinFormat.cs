using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeltaTools.Core.Puffin;

/// <summary>What reader and writer share: marks, and the footer's JSON.</summary>
internal static class PuffinFormat
{
    /// <summary>Payload size, flags and magic at the end of the file.</summary>
    public const int TailSize = 12;

    public static ReadOnlySpan<byte> Magic => "PFA1"u8;

    public static byte[] ToJson(IEnumerable<PuffinBlob> blobs, IReadOnlyDictionary<string, string> properties)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("blobs");
            foreach (PuffinBlob blob in blobs)
            {
                json.WriteStartObject();
                json.WriteString("type", blob.Type);
                json.WriteStartArray("fields");
                foreach (int field in blob.Fields) json.WriteNumberValue(field);
                json.WriteEndArray();
                json.WriteNumber("snapshot-id", blob.SnapshotId);
                json.WriteNumber("sequence-number", blob.SequenceNumber);
                json.WriteNumber("offset", blob.Offset);
                json.WriteNumber("length", blob.Length);
                if (blob.CompressionCodec is not null) json.WriteString("compression-codec", blob.CompressionCodec);
                Write(json, blob.Properties);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Write(json, properties);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <param name="end">Where blobs must end.</param>
    /// <exception cref="InvalidDataException">Not the JSON of a footer.</exception>
    public static PuffinFooter FromJson(ReadOnlyMemory<byte> payload, long end, long footerSize)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement;
            return new PuffinFooter([.. root.GetProperty("blobs").EnumerateArray().Select(blob => Blob(blob, end))], Properties(root), footerSize);
        }
        // JsonElement answers with these when a property is missing, has another type or is out of range.
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"Its footer cannot be read: {e.Message}", e);
        }
    }

    private static PuffinBlob Blob(JsonElement json, long end)
    {
        var blob = new PuffinBlob(
            json.GetProperty("type").GetString() ?? throw new InvalidDataException("A blob has no type."),
            [.. json.GetProperty("fields").EnumerateArray().Select(field => field.GetInt32())],
            json.GetProperty("snapshot-id").GetInt64(),
            json.GetProperty("sequence-number").GetInt64(),
            json.GetProperty("offset").GetInt64(),
            json.GetProperty("length").GetInt64(),
            json.TryGetProperty("compression-codec", out JsonElement codec) ? codec.GetString() : null,
            Properties(json));
        return blob.Length >= 0 && blob.Offset >= Magic.Length && blob.Offset <= end - blob.Length
            ? blob
            : throw new InvalidDataException($"A blob of {blob.Length} bytes at byte {blob.Offset} is not inside the file.");
    }

    private static OrderedDictionary<string, string> Properties(JsonElement json)
    {
        var properties = new OrderedDictionary<string, string>();
        if (json.TryGetProperty("properties", out JsonElement values) && values.ValueKind != JsonValueKind.Null)
        {
            foreach (JsonProperty property in values.EnumerateObject()) properties[property.Name] = property.Value.GetString() ?? "";
        }
        return properties;
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, string> properties)
    {
        if (properties.Count == 0) return;
        json.WriteStartObject("properties");
        foreach ((string name, string value) in properties) json.WriteString(name, value);
        json.WriteEndObject();
    }
}
