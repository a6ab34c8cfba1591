using System.Collections.Specialized;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>Values of results, which come as text, as <see cref="ValueForm.User"/> objects.</summary>
internal static class AthenaValues
{
    private static readonly string[] s_stamps =
        ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd"];

    /// <param name="text">Null for NULL. Of nested types, JSON.</param>
    /// <param name="type">Null keeps the text.</param>
    /// <exception cref="IcebergException">Corrupt: no such value.</exception>
    public static object? Parse(string? text, IcebergType? type)
    {
        if (text is null || type is null) return text;
        try
        {
            return type.IsNested ? Json(JsonDocument.Parse(text).RootElement, type) : Scalar(text, type);
        }
        catch (Exception e) when (e is FormatException or JsonException or OverflowException or InvalidOperationException)
        {
            throw IcebergException.Corrupt($"Athena gave '{text}' for a value of type {type}.", e);
        }
    }

    private static object Scalar(string text, IcebergType type) => type.Id switch
    {
        TypeId.Boolean => bool.Parse(text),
        TypeId.Int => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        TypeId.Long => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        TypeId.Float => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        TypeId.Double => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        // Beyond 28 digits the text is the value.
        TypeId.Decimal => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)
            && number.ToString(CultureInfo.InvariantCulture) == text ? number : text,
        TypeId.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : text,
        TypeId.Time => TimeOnly.Parse(text, CultureInfo.InvariantCulture),
        TypeId.Timestamp => Stamp(text) is { } time ? time : text,
        TypeId.TimestampTz => Zoned(text) is { } time ? time : text,
        TypeId.Uuid => Guid.Parse(text),
        TypeId.Binary or TypeId.Fixed => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal)),
        _ => text,
    };

    private static DateTime? Stamp(string text) =>
        DateTime.TryParseExact(text, s_stamps, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;

    /// <summary><c>2021-01-01 00:00:00.000000 UTC</c>, or with an offset such as <c>+01:00</c>, or with the name of a zone.</summary>
    private static DateTimeOffset? Zoned(string text)
    {
        int at = text.LastIndexOf(' ');
        if (at < 11 || Stamp(text[..at]) is not { } local) return Iso(text);
        string zone = text[(at + 1)..];
        if (zone is "UTC" or "Z") return new DateTimeOffset(local, TimeSpan.Zero);
        if (TimeSpan.TryParse(zone.TrimStart('+'), CultureInfo.InvariantCulture, out TimeSpan offset)) return new DateTimeOffset(local, offset).ToUniversalTime();
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? new DateTimeOffset(local, found.GetUtcOffset(local)).ToUniversalTime() : null;
    }

    private static DateTimeOffset? Iso(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time : null;

    /// <summary>Structs are objects with the fields' names, in older engines arrays in their order.</summary>
    private static object? Json(JsonElement json, IcebergType type)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        switch (type)
        {
            case StructType s:
                return new StructValue([.. s.Fields.Select(f => f.Name)], [.. s.Fields.Select((f, i) => Member(json, f, i))]);
            case ListType l:
                return json.EnumerateArray().Select(e => Json(e, l.Element.Type)).ToArray();
            case MapType m:
                OrderedDictionary map = [];
                foreach (JsonProperty entry in json.EnumerateObject()) map.Add(Scalar(entry.Name, m.Key.Type), Json(entry.Value, m.Value.Type));
                return map;
            default:
                return Scalar(json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText(), type);
        }
    }

    private static object? Member(JsonElement json, NestedField field, int index)
    {
        if (json.ValueKind == JsonValueKind.Array) return index < json.GetArrayLength() ? Json(json[index], field.Type) : null;
        JsonProperty found = json.EnumerateObject().FirstOrDefault(p => p.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase));
        return found.Value.ValueKind == JsonValueKind.Undefined ? null : Json(found.Value, field.Type);
    }
}
