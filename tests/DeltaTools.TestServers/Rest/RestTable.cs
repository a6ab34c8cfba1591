using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Rest;

/// <summary>A table of the catalog: its current metadata and where they are written.</summary>
internal sealed record RestTable(string MetadataLocation, JsonObject Metadata)
{
    public string Location => Metadata["location"]!.ToString();

    /// <summary>The first metadata of a new table.</summary>
    public static JsonObject Create(JsonNode request, string location, long now)
    {
        Dictionary<string, string> properties = (request["properties"] as JsonObject)?.ToDictionary(p => p.Key, p => p.Value!.ToString()) ?? [];
        int version = properties.Remove("format-version", out string? asked) ? int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture) : 2;
        JsonObject schema = request["schema"]!.DeepClone().AsObject();
        schema["schema-id"] = 0;
        JsonArray fields = request["partition-spec"]?["fields"]?.DeepClone().AsArray() ?? [];
        JsonArray order = request["write-order"]?["fields"]?.DeepClone().AsArray() ?? [];
        int orderId = order.Count == 0 ? 0 : 1;
        var metadata = new JsonObject
        {
            ["format-version"] = version,
            ["table-uuid"] = Guid.NewGuid().ToString(),
            ["location"] = location,
            ["last-sequence-number"] = 0,
            ["last-updated-ms"] = now,
            ["last-column-id"] = RestUpdates.HighestId(schema),
            ["current-schema-id"] = 0,
            ["schemas"] = new JsonArray(schema),
            ["default-spec-id"] = 0,
            ["last-partition-id"] = fields.Select(f => RestUpdates.Int(f!["field-id"])).Append(999).Max(),
            ["partition-specs"] = new JsonArray(new JsonObject { ["spec-id"] = 0, ["fields"] = fields }),
            ["default-sort-order-id"] = orderId,
            ["sort-orders"] = new JsonArray(new JsonObject { ["order-id"] = orderId, ["fields"] = order }),
            ["properties"] = new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["refs"] = new JsonObject(),
            ["snapshots"] = new JsonArray(),
            ["snapshot-log"] = new JsonArray(),
            ["metadata-log"] = new JsonArray(),
        };
        if (version >= 3) metadata["next-row-id"] = 0;
        return metadata;
    }
}
