using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Reads the fields of a JSON object; a field of the wrong kind, or a missing one that is required, is Corrupt.</summary>
/// <remarks>An optional field that is <c>null</c> counts as missing.</remarks>
public readonly struct JsonFields
{
    private readonly JsonElement _element;

    public JsonFields(JsonElement element, JsonPlace place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw place.MustBe("an object", element);
        _element = element;
        Place = place;
    }

    public JsonPlace Place { get; }

    public JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Get(string name) => Find(name) ?? throw Place.Corrupt($"lacks the required field {name}.");

    public int Int(string name) => ToInt(Get(name), Place.Field(name));

    public int? IntOrNull(string name) => Find(name) is { } value ? ToInt(value, Place.Field(name)) : null;

    public long Long(string name) => ToLong(Get(name), name);

    public long? LongOrNull(string name) => Find(name) is { } value ? ToLong(value, name) : null;

    public bool Bool(string name) => Get(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Place.Field(name).MustBe("true or false", Get(name));

    public string Text(string name) => ToText(Get(name), Place.Field(name));

    public string? TextOrNull(string name) => Find(name) is { } value ? ToText(value, Place.Field(name)) : null;

    /// <summary>Milliseconds from 1970-01-01 UTC.</summary>
    public DateTimeOffset Timestamp(string name)
    {
        long millis = Long(name);
        return millis >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && millis <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(millis)
            : throw Place.Field(name).MustBe("a time within the years 1 to 9999, in milliseconds from 1970", Get(name));
    }

    public JsonFields Object(string name) => new(Get(name), Place.Field(name));

    public ImmutableArray<T> Array<T>(string name, Func<JsonElement, JsonPlace, T> read) =>
        ToArray(Get(name), Place.Field(name), read);

    /// <summary>Empty when the field is missing.</summary>
    public ImmutableArray<T> ArrayOrEmpty<T>(string name, Func<JsonElement, JsonPlace, T> read) =>
        Find(name) is { } value ? ToArray(value, Place.Field(name), read) : [];

    public ImmutableArray<int> Ints(string name) => Array(name, ToInt);

    /// <summary>A map of strings; empty when the field is missing.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        if (Find(name) is not { } value) return StringMap.Empty;
        JsonPlace place = Place.Field(name);
        if (value.ValueKind != JsonValueKind.Object) throw place.MustBe("an object", value);
        ImmutableSortedDictionary<string, string>.Builder map = StringMap.Empty.ToBuilder();
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String) throw place.Field(entry.Name).MustBe("a string", entry.Value);
            map[entry.Name] = entry.Value.GetString()!;
        }
        return map.Count == 0 ? StringMap.Empty : map.ToImmutable();
    }

    /// <summary>The fields that are not in <paramref name="known"/>, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> Unknown(FrozenSet<string> known)
    {
        ImmutableSortedDictionary<string, string> unknown = StringMap.Empty;
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> names = known.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[64];
        foreach (JsonProperty field in _element.EnumerateObject())
        {
            // No string for names that are known: metadata may hold 10,000 snapshots with a dozen fields each.
            ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8PropertyName(field);
            bool isKnown = raw.Length <= buffer.Length && Ascii.ToUtf16(raw, buffer, out int length) == OperationStatus.Done
                && names.Contains(buffer[..length]);
            if (!isKnown && !known.Contains(field.Name)) unknown = unknown.SetItem(field.Name, field.Value.GetRawText());
        }
        return unknown;
    }

    public static int ToInt(JsonElement value, JsonPlace place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw place.MustBe("a 32-bit integer", value);

    public static string ToText(JsonElement value, JsonPlace place) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw place.MustBe("a string", value);

    private long ToLong(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number : throw Place.Field(name).MustBe("a 64-bit integer", value);

    private static ImmutableArray<T> ToArray<T>(JsonElement value, JsonPlace place, Func<JsonElement, JsonPlace, T> read)
    {
        if (value.ValueKind != JsonValueKind.Array) throw place.MustBe("an array", value);
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray()) items.Add(read(item, place.Item(items.Count)));
        return items.MoveToImmutable();
    }
}
