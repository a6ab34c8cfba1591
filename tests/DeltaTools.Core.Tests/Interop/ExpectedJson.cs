using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>Rows as JSON that loses nothing: 64-bit numbers and unscaled decimals as text, floats as the hexadecimal of their bits, bytes
/// and uuids in hexadecimal, structs and lists as arrays, maps as arrays of pairs; dates are days, times and timestamps the units since the epoch.</summary>
internal static class ExpectedJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string metadataLocation, IEnumerable<InteropState> states) => new JsonObject
    {
        ["metadata"] = metadataLocation,
        ["snapshots"] = new JsonArray([.. states.Select(s => (JsonNode)new JsonObject
        {
            ["snapshotId"] = s.SnapshotId.ToString(CultureInfo.InvariantCulture),
            ["schemaId"] = s.Schema.SchemaId,
            ["rows"] = new JsonArray([.. s.Rows.Select(r => Fields(r, s.Schema.Struct))]),
        })]),
    }.ToJsonString(Options);

    private static JsonArray Fields(object?[] values, StructType type) => new([.. type.Fields.Select((f, i) => Value(values[i], f.Type))]);

    private static JsonNode? Value(object? value, IcebergType type) => (value, type) switch
    {
        (null, _) => null,
        (object?[] v, StructType s) => Fields(v, s),
        (object?[] v, ListType l) => new JsonArray([.. v.Select(x => Value(x, l.Element.Type))]),
        (KeyValuePair<object?, object?>[] v, MapType m) =>
            new JsonArray([.. v.Select(p => (JsonNode)new JsonArray(Value(p.Key, m.Key.Type), Value(p.Value, m.Value.Type)))]),
        (bool v, _) => v,
        (int v, { Id: not TypeId.Long }) => v,
        (int or long, _) => Convert.ToString(value, CultureInfo.InvariantCulture),
        (float v, _) => (float.IsNaN(v) ? 0x7fc00000u : BitConverter.SingleToUInt32Bits(v)).ToString("x8", CultureInfo.InvariantCulture),
        (double v, _) => (double.IsNaN(v) ? 0x7ff8000000000000ul : BitConverter.DoubleToUInt64Bits(v)).ToString("x16", CultureInfo.InvariantCulture),
        (DecimalValue v, _) => v.Unscaled.ToString(CultureInfo.InvariantCulture),
        (Guid v, _) => v.ToString("N"),
        (byte[] v, _) => Convert.ToHexStringLower(v),
        (string v, _) => v,
        _ => throw new ArgumentException($"A {value.GetType()} is no {type}."),
    };
}
