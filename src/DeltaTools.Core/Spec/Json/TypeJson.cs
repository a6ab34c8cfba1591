using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeltaTools.Core.Spec.Json;

/// <summary>Types as JSON (Appendix C, "Schemas"): a string for primitives and variant, an object for struct, list and map.</summary>
public static partial class TypeJson
{
    private static readonly FrozenDictionary<string, IcebergType> Simple = new IcebergType[]
    {
        IcebergType.Unknown, IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double,
        IcebergType.Date, IcebergType.Time, IcebergType.Timestamp, IcebergType.TimestampTz, IcebergType.TimestampNs,
        IcebergType.TimestampTzNs, IcebergType.String, IcebergType.Uuid, IcebergType.Binary, IcebergType.Variant,
    }.ToFrozenDictionary(t => t.ToString()!, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ListFields = ["type", "element-id", "element", "element-required"];

    private static readonly FrozenSet<string> MapFields = ["type", "key-id", "key", "value-id", "value", "value-required"];

    public static IcebergType Read(JsonElement json, JsonPlace place)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            string text = json.GetString()!;
            try
            {
                return Parse(text) ?? throw place.Corrupt($"names a type that is not known: {text}.");
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.InvalidArgument)
            {
                throw place.Corrupt(e.Message, e);
            }
        }
        if (json.ValueKind != JsonValueKind.Object) throw place.MustBe("a type", json);
        var fields = new JsonFields(json, place);
        return fields.TextOrNull("type") switch
        {
            "struct" => ReadStruct(fields),
            "list" => new ListType(new NestedField(
                fields.Int("element-id"), "element", Read(fields.Get("element"), place.Field("element")), fields.Bool("element-required"))
            {
                UnknownFields = fields.Unknown(ListFields),
            }),
            "map" => new MapType(
                new NestedField(fields.Int("key-id"), "key", Read(fields.Get("key"), place.Field("key")), Required: true),
                new NestedField(fields.Int("value-id"), "value", Read(fields.Get("value"), place.Field("value")), fields.Bool("value-required"))
                {
                    UnknownFields = fields.Unknown(MapFields),
                }),
            { } other => throw place.Corrupt($"has type '{other}', which is not struct, list or map."),
            null => throw place.Corrupt("is a type without the field type."),
        };
    }

    internal static StructType ReadStruct(JsonFields json) => new(json.Array("fields", FieldJson.Read));

    /// <summary>The type that its JSON string names; null when there is none of that name. Case and spaces do not matter.</summary>
    /// <exception cref="IcebergException">InvalidArgument: parameters out of range.</exception>
    public static IcebergType? Parse(string text)
    {
        if (Simple.TryGetValue(text, out IcebergType? simple)) return simple;
        if (Decimal().Match(text) is { Success: true } d) return ParseDecimal(text, d.Groups[1].ValueSpan, d.Groups[2].ValueSpan);
        if (Fixed().Match(text) is { Success: true } f)
        {
            return int.TryParse(f.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                ? IcebergType.Fixed(length)
                : throw IcebergException.Invalid($"Type {text}: the length is too great.");
        }
        if (Geometry().Match(text) is { Success: true } g) return new GeometryType(Crs(text, g.Groups[1]));
        if (Geography().Match(text) is { Success: true } a)
        {
            string? algorithm = a.Groups[2].Success ? a.Groups[2].Value.ToLowerInvariant() : null;
            if (algorithm is not null && !GeographyType.Algorithms.Contains(algorithm))
            {
                throw IcebergException.Invalid(
                    $"Type {text}: '{algorithm}' is not one of {string.Join(", ", GeographyType.Algorithms)}.");
            }
            return new GeographyType(Crs(text, a.Groups[1]), algorithm);
        }
        return null;
    }

    public static void Write(Utf8JsonWriter writer, IcebergType type)
    {
        switch (type)
        {
            case StructType s:
                writer.WriteStartObject();
                writer.WriteString("type", "struct");
                writer.Array("fields", s.Fields, FieldJson.Write);
                writer.WriteEndObject();
                break;
            case ListType list:
                writer.WriteStartObject();
                writer.WriteString("type", "list");
                writer.WriteNumber("element-id", list.Element.Id);
                writer.WritePropertyName("element");
                Write(writer, list.Element.Type);
                writer.WriteBoolean("element-required", list.Element.Required);
                writer.Unknown(list.Element.UnknownFields);
                writer.WriteEndObject();
                break;
            case MapType map:
                writer.WriteStartObject();
                writer.WriteString("type", "map");
                writer.WriteNumber("key-id", map.Key.Id);
                writer.WritePropertyName("key");
                Write(writer, map.Key.Type);
                writer.WriteNumber("value-id", map.Value.Id);
                writer.WritePropertyName("value");
                Write(writer, map.Value.Type);
                writer.WriteBoolean("value-required", map.Value.Required);
                writer.Unknown(map.Value.UnknownFields);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(type.ToString());
                break;
        }
    }

    private static DecimalType ParseDecimal(string text, ReadOnlySpan<char> precision, ReadOnlySpan<char> scale) =>
        int.TryParse(precision, NumberStyles.None, CultureInfo.InvariantCulture, out int p) && p is >= 1 and <= DecimalType.MaxPrecision
        && int.TryParse(scale, NumberStyles.None, CultureInfo.InvariantCulture, out int s) && s <= DecimalType.MaxPrecision
            ? IcebergType.Decimal(p, s)
            : throw IcebergException.Invalid($"Type {text}: precision must be 1 to 38 and scale 0 to 38.");

    private static string? Crs(string text, Group group) => !group.Success ? null
        : group.Length > 0 ? group.Value
        : throw IcebergException.Invalid($"Type {text}: the reference system between the brackets is empty.");

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^decimal\(\s*([0-9]+)\s*,\s*([0-9]+)\s*\)\z", Options)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^fixed\[\s*([0-9]+)\s*\]\z", Options)]
    private static partial Regex Fixed();

    [GeneratedRegex(@"^geometry\s*(?:\(\s*([^)]*?)\s*\))?\z", Options)]
    private static partial Regex Geometry();

    [GeneratedRegex(@"^geography\s*(?:\(\s*([^,]*?)\s*(?:,\s*(\w*)\s*)?\))?\z", Options)]
    private static partial Regex Geography();
}
