using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Single values as JSON (Appendix D, "JSON single-value serialization").</summary>
/// <remarks>Values are in the physical form of <see cref="IcebergType"/>; a struct is an array of its fields' values (null where the
/// object lacks the field), a list an array, a map an array of arrays of key and value.</remarks>
public static class SingleValueJson
{
    /// <summary>JSON null gives null.</summary>
    /// <exception cref="IcebergException">Corrupt: the value does not fit the type.</exception>
    public static object? Read(JsonElement json, IcebergType type, JsonPlace place) => type switch
    {
        _ when json.ValueKind == JsonValueKind.Null => null,
        StructType s => ReadStruct(new JsonFields(json, place), s),
        ListType list when json.ValueKind == JsonValueKind.Array => ReadItems(json, list.Element.Type, place),
        MapType map => ReadMap(new JsonFields(json, place), map),
        _ => ReadPrimitive(json, type) ?? throw place.MustBe($"a value of type {type}", json),
    };

    /// <exception cref="IcebergException">InvalidArgument: the value does not fit the type, or JSON has no form for it (NaN, infinity).</exception>
    public static void Write(Utf8JsonWriter writer, IcebergType type, object? value)
    {
        switch (type.Id, value)
        {
            case (_, null): writer.WriteNullValue(); break;
            case (TypeId.Boolean, bool v): writer.WriteBooleanValue(v); break;
            case (TypeId.Int, int v): writer.WriteNumberValue(v); break;
            case (TypeId.Long, long v): writer.WriteNumberValue(v); break;
            case (TypeId.Float, float v) when float.IsFinite(v): WriteFloat(writer, v.ToString("R", CultureInfo.InvariantCulture)); break;
            case (TypeId.Double, double v) when double.IsFinite(v): WriteFloat(writer, v.ToString("R", CultureInfo.InvariantCulture)); break;
            case (TypeId.Decimal, DecimalValue v) when Fits(v, (DecimalType)type): writer.WriteStringValue(v.ToString()); break;
            case (TypeId.Date, int v): writer.WriteStringValue(IsoText.Date(v)); break;
            case (TypeId.Time, long v): writer.WriteStringValue(IsoText.Time(v)); break;
            case (TypeId.Timestamp or TypeId.TimestampTz, long v):
                writer.WriteStringValue(IsoText.Timestamp(v, type.Id == TypeId.TimestampTz));
                break;
            case (TypeId.TimestampNs or TypeId.TimestampTzNs, long v):
                writer.WriteStringValue(IsoText.TimestampNanos(v, type.Id == TypeId.TimestampTzNs));
                break;
            case (TypeId.String, string v): writer.WriteStringValue(v); break;
            case (TypeId.Uuid, Guid v): writer.WriteStringValue(v); break;
            case (TypeId.Fixed, byte[] v) when v.Length == ((FixedType)type).Length: writer.WriteStringValue(Convert.ToHexStringLower(v)); break;
            case (TypeId.Binary, byte[] v): writer.WriteStringValue(Convert.ToHexStringLower(v)); break;
            case (TypeId.Struct, object?[] v) when v.Length == type.Children.Length: WriteStruct(writer, (StructType)type, v); break;
            case (TypeId.List, object?[] v): WriteItems(writer, ((ListType)type).Element.Type, v); break;
            case (TypeId.Map, object?[] v) when v.All(e => e is object?[] { Length: 2 }): WriteMap(writer, (MapType)type, v); break;
            default: throw IcebergException.Invalid($"The value {value} cannot be written to JSON as type {type}.");
        }
    }

    /// <summary>The content of the JSON string that a value is written as.</summary>
    internal static string ToText(IcebergType type, object value)
    {
        using JsonDocument json = JsonDocument.Parse(JsonText.Bytes(writer => Write(writer, type, value)));
        return json.RootElement.GetString()!;
    }

    private static object? ReadPrimitive(JsonElement json, IcebergType type)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False) return type.Id == TypeId.Boolean ? json.GetBoolean() : null;
        if (json.ValueKind == JsonValueKind.Number)
        {
            return type.Id switch
            {
                TypeId.Int when json.TryGetInt32(out int v) => v,
                TypeId.Long when json.TryGetInt64(out long v) => v,
                TypeId.Float when json.TryGetSingle(out float v) && float.IsFinite(v) => v,
                TypeId.Double when json.TryGetDouble(out double v) && double.IsFinite(v) => v,
                _ => null,
            };
        }
        return json.ValueKind == JsonValueKind.String ? FromText(json.GetString()!, type) : null;
    }

    /// <summary>The value whose JSON form is a string; null when the text is none of the type.</summary>
    internal static object? FromText(string text, IcebergType type) => type.Id switch
    {
        TypeId.String => text,
        TypeId.Decimal when DecimalValue.TryParse(text, out DecimalValue v) && Fits(v, (DecimalType)type) => v,
        TypeId.Date when IsoText.TryDate(text, out int v) => v,
        TypeId.Time when IsoText.TryTime(text, out long v) => v / 1000,
        TypeId.Timestamp when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds is null => v.Micros,
        TypeId.TimestampTz when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds == 0 => v.Micros,
        TypeId.TimestampNs when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds is null => v.Nanos,
        TypeId.TimestampTzNs when IsoText.TryTimestamp(text, out IsoTimestamp v) && v.OffsetSeconds == 0 => v.Nanos,
        TypeId.Uuid when Guid.TryParseExact(text, "D", out Guid v) => v,
        TypeId.Fixed when text.Length == 2L * ((FixedType)type).Length => FromHex(text),
        TypeId.Binary => FromHex(text),
        _ => null,
    };

    private static bool Fits(DecimalValue value, DecimalType type) => value.Scale == type.Scale && value.Precision <= type.Precision;

    private static byte[]? FromHex(string text)
    {
        byte[] bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }

    private static object?[] ReadStruct(JsonFields json, StructType type) =>
        [.. type.Fields.Select(f => json.Find(Key(f)) is { } value ? Read(value, f.Type, json.Place.Field(Key(f))) : null)];

    private static object?[] ReadItems(JsonElement json, IcebergType type, JsonPlace place) =>
        [.. json.EnumerateArray().Select((item, i) => Read(item, type, place.Item(i)))];

    private static object?[] ReadMap(JsonFields json, MapType type)
    {
        object?[] keys = [.. json.Array("keys", (item, place) => Read(item, type.Key.Type, place))];
        object?[] values = [.. json.Array("values", (item, place) => Read(item, type.Value.Type, place))];
        return keys.Length == values.Length
            ? [.. keys.Zip(values, (key, value) => new[] { key, value })]
            : throw json.Place.Corrupt($"has {keys.Length} keys but {values.Length} values.");
    }

    private static void WriteStruct(Utf8JsonWriter writer, StructType type, object?[] values)
    {
        writer.WriteStartObject();
        foreach ((NestedField field, object? value) in type.Fields.Zip(values))
        {
            if (value is null) continue;
            writer.WritePropertyName(Key(field));
            Write(writer, field.Type, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, IcebergType type, IEnumerable<object?> items)
    {
        writer.WriteStartArray();
        foreach (object? item in items) Write(writer, type, item);
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, MapType type, object?[] entries)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("keys");
        WriteItems(writer, type.Key.Type, entries.Select(e => ((object?[])e!)[0]));
        writer.WritePropertyName("values");
        WriteItems(writer, type.Value.Type, entries.Select(e => ((object?[])e!)[1]));
        writer.WriteEndObject();
    }

    /// <summary>Java takes only a number with a point or an exponent for a float: 1 becomes 1.0.</summary>
    private static void WriteFloat(Utf8JsonWriter writer, string digits) =>
        writer.WriteRawValue(digits.AsSpan().IndexOfAny(".E") >= 0 ? digits : digits + ".0", skipInputValidation: true);

    private static string Key(NestedField field) => field.Id.ToString(CultureInfo.InvariantCulture);
}
