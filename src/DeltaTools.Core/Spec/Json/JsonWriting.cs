using System.Collections.Immutable;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>What the writers of this folder share.</summary>
internal static class JsonWriting
{
    public static void Array<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T item in items) write(writer, item);
        writer.WriteEndArray();
    }

    public static void Ints(this Utf8JsonWriter writer, string name, ImmutableArray<int> values) =>
        writer.Array(name, values, (w, value) => w.WriteNumberValue(value));

    public static void TextMap(this Utf8JsonWriter writer, string name, ImmutableSortedDictionary<string, string> map)
    {
        writer.WriteStartObject(name);
        foreach ((string key, string value) in map) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    public static void Timestamp(this Utf8JsonWriter writer, string name, DateTimeOffset value) =>
        writer.WriteNumber(name, value.ToUnixTimeMilliseconds());

    public static void OptionalNumber(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
    }

    public static void OptionalText(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    /// <summary>Fields that were read but not understood, as they were.</summary>
    public static void Unknown(this Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> fields)
    {
        foreach ((string name, string json) in fields)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json, skipInputValidation: true);
        }
    }
}
