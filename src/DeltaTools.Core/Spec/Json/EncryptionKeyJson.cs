using System.Collections.Frozen;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Keys of table encryption as JSON ("Encryption Keys").</summary>
public static class EncryptionKeyJson
{
    private static readonly FrozenSet<string> Known = ["key-id", "encrypted-key-metadata", "encrypted-by-id", "properties"];

    /// <exception cref="IcebergException">Corrupt.</exception>
    public static EncryptionKey Read(JsonElement element, JsonPlace place)
    {
        var json = new JsonFields(element, place);
        return new EncryptionKey(
            json.Text("key-id"), json.Text("encrypted-key-metadata"), json.TextOrNull("encrypted-by-id"), json.TextMap("properties"))
        {
            UnknownFields = json.Unknown(Known),
        };
    }

    public static void Write(Utf8JsonWriter writer, EncryptionKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("key-id", key.KeyId);
        writer.WriteString("encrypted-key-metadata", key.EncryptedKeyMetadata);
        writer.OptionalText("encrypted-by-id", key.EncryptedById);
        if (key.Properties.Count > 0) writer.TextMap("properties", key.Properties);
        writer.Unknown(key.UnknownFields);
        writer.WriteEndObject();
    }
}
