using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Values as the compact JSON of <c>expected.json</c>; values come in physical form.</summary>
internal static class ExpectedText
{
    private const long MaxSafeInteger = 9_007_199_254_740_991;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Row(object?[] row, IReadOnlyList<NestedField> columns) =>
        $"[{string.Join(',', row.Select((v, i) => Of(v, columns[i].Type)))}]";

    public static string Of(object? value, IcebergType type) => (value, type) switch
    {
        (null, _) => "null",
        (object?[] v, StructType s) => $"{{{string.Join(',', s.Fields.Select((f, i) => $"{Quote(f.Name)}:{Of(v[i], f.Type)}"))}}}",
        (object?[] v, ListType l) => $"[{string.Join(',', v.Select(x => Of(x, l.Element.Type)))}]",
        (KeyValuePair<object?, object?>[] v, MapType m) => $"[{string.Join(',', v
            .Select(p => $"[{Of(p.Key, m.Key.Type)},{Of(p.Value, m.Value.Type)}]").Order(StringComparer.Ordinal))}]",
        (VariantValue v, _) => $"{{\"$variant\":{{\"metadata\":\"{Hex(v.Metadata)}\",\"value\":\"{Hex(v.Value)}\"}}}}",
        (bool v, _) => v ? "true" : "false",
        (int v, _) when type.Id == TypeId.Date => Quote(((DateOnly)ClrValues.Date(v)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        (int v, _) => v.ToString(CultureInfo.InvariantCulture),
        (long v, _) when type.Id == TypeId.Time => Quote(((TimeOnly)ClrValues.Time(v)).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)),
        (long v, _) when type.Id == TypeId.Timestamp => Quote(Stamp(v)),
        (long v, _) when type.Id == TypeId.TimestampTz => Quote(Stamp(v) + "+00:00"),
        (long v, _) => v is > MaxSafeInteger or < -MaxSafeInteger ? Quote(v.ToString(CultureInfo.InvariantCulture)) : v.ToString(CultureInfo.InvariantCulture),
        (float v, _) => Number(v),
        (double v, _) => Number(v),
        (DecimalValue v, _) => Quote(v.ToString()),
        (string v, _) => Quote(v),
        (Guid v, _) => Quote(v.ToString()),
        (byte[] v, _) => Quote(Hex(v)),
        _ => throw new ArgumentException($"A {value.GetType()} is no {type}."),
    };

    /// <summary>The same text for a row of expected.json. Defaults of float columns stand there as in the schema, not yet as floats.</summary>
    public static string Row(JsonElement expected, IReadOnlyList<NestedField> columns) =>
        $"[{string.Join(',', expected.EnumerateArray().Select((v, i) =>
            columns[i].Type.Id == TypeId.Float && v.ValueKind == JsonValueKind.Number ? Number((float)v.GetDouble()) : Of(v)))}]";

    /// <summary>The same text for a value of expected.json.</summary>
    public static string Of(JsonElement expected)
    {
        if (expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("$variant", out JsonElement variant))
            return $"{{\"$variant\":{{\"metadata\":\"{variant.GetProperty("metadata").GetString()}\",\"value\":\"{variant.GetProperty("value").GetString()}\"}}}}";
        return expected.ValueKind switch
        {
            JsonValueKind.Array => $"[{string.Join(',', expected.EnumerateArray().Select(Of))}]",
            JsonValueKind.Object => $"{{{string.Join(',', expected.EnumerateObject().Select(p => $"{Quote(p.Name)}:{Of(p.Value)}"))}}}",
            JsonValueKind.String => Quote(expected.GetString()!),
            _ => expected.GetRawText(),
        };
    }

    private static string Stamp(long micros) =>
        ((DateTime)ClrValues.Timestamp(micros, 1_000_000, utc: false)).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Number(double value)
    {
        if (!double.IsFinite(value) || (value == 0 && double.IsNegative(value)))
            return Quote(double.IsNaN(value) ? "NaN" : value == 0 ? "-0.0" : value > 0 ? "Infinity" : "-Infinity");
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0) return text;
        int exponent = int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        return exponent is > -7 and < 21
            ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
            : $"{text[..e]}e{(exponent > 0 ? "+" : "")}{exponent}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);
}
