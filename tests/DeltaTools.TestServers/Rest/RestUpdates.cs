using System.Globalization;
using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Rest;

/// <summary>Applies the updates of a commit to metadata as JSON, by the rules of the specification and of Java's server.</summary>
internal sealed class RestUpdates(JsonObject metadata, long now)
{
    private readonly HashSet<long> _added = [];
    private int? _lastSchema;
    private int? _lastSpec;
    private int? _lastOrder;

    private int Version => Int(metadata["format-version"]);

    /// <exception cref="ServiceErrorException">400 for what does not fit; 409 for a sequence number that was taken.</exception>
    public void Apply(JsonNode update)
    {
        string action = update["action"]!.ToString();
        switch (action)
        {
            case "assign-uuid":
                metadata["table-uuid"] = update["uuid"]!.ToString();
                break;
            case "upgrade-format-version":
                if (Int(update["format-version"]) < Version) throw Bad("Cannot downgrade");
                metadata["format-version"] = Int(update["format-version"]);
                if (Version >= 3 && metadata["next-row-id"] is null) metadata["next-row-id"] = 0;
                break;
            case "add-schema":
                _lastSchema = Add("schemas", "schema-id", update["schema"]!);
                metadata["last-column-id"] = Math.Max(Int(metadata["last-column-id"]), HighestId(update["schema"]!));
                break;
            case "set-current-schema":
                Set("current-schema-id", "schemas", "schema-id", update["schema-id"], _lastSchema);
                break;
            case "remove-schemas":
                Remove("schemas", "schema-id", update["schema-ids"]!.AsArray(), "current-schema-id");
                break;
            case "add-spec":
                _lastSpec = Add("partition-specs", "spec-id", update["spec"]!);
                metadata["last-partition-id"] = update["spec"]!["fields"]!.AsArray().Select(f => Int(f!["field-id"])).Append(Int(metadata["last-partition-id"])).Max();
                break;
            case "set-default-spec":
                Set("default-spec-id", "partition-specs", "spec-id", update["spec-id"], _lastSpec);
                break;
            case "remove-partition-specs":
                Remove("partition-specs", "spec-id", update["spec-ids"]!.AsArray(), "default-spec-id");
                break;
            case "add-sort-order":
                _lastOrder = Add("sort-orders", "order-id", update["sort-order"]!);
                break;
            case "set-default-sort-order":
                Set("default-sort-order-id", "sort-orders", "order-id", update["sort-order-id"], _lastOrder);
                break;
            case "add-snapshot":
                AddSnapshot(update["snapshot"]!.DeepClone().AsObject());
                break;
            case "set-snapshot-ref":
                SetRef(update.DeepClone().AsObject());
                break;
            case "remove-snapshot-ref":
                Refs.Remove(update["ref-name"]!.ToString());
                if (update["ref-name"]!.ToString() == "main") metadata.Remove("current-snapshot-id");
                break;
            case "remove-snapshots":
                RemoveSnapshots([.. update["snapshot-ids"]!.AsArray().Select(Long)]);
                break;
            case "set-location":
                metadata["location"] = update["location"]!.ToString();
                break;
            case "set-properties":
                foreach ((string name, JsonNode? value) in update["updates"]!.AsObject()) metadata["properties"]![name] = value!.ToString();
                break;
            case "remove-properties":
                foreach (JsonNode? name in update["removals"]!.AsArray()) metadata["properties"]!.AsObject().Remove(name!.ToString());
                break;
            case "set-statistics":
                Put("statistics", "snapshot-id", update["statistics"]!);
                break;
            case "remove-statistics":
                RemoveWhere("statistics", s => Long(s["snapshot-id"]) == Long(update["snapshot-id"]));
                break;
            case "set-partition-statistics":
                Put("partition-statistics", "snapshot-id", update["partition-statistics"]!);
                break;
            case "remove-partition-statistics":
                RemoveWhere("partition-statistics", s => Long(s["snapshot-id"]) == Long(update["snapshot-id"]));
                break;
            case "add-encryption-key":
                Put("encryption-keys", "key-id", update["encryption-key"]!);
                break;
            case "remove-encryption-key":
                RemoveWhere("encryption-keys", k => k["key-id"]!.ToString() == update["key-id"]!.ToString());
                break;
            default:
                throw Bad($"Unknown update {action}");
        }
    }

    private JsonObject Refs => metadata["refs"]!.AsObject();

    private JsonArray List(string name)
    {
        if (metadata[name] is not JsonArray) metadata[name] = new JsonArray();
        return metadata[name]!.AsArray();
    }

    /// <summary>Gives it the next id, unless it is there already.</summary>
    private int Add(string list, string id, JsonNode item)
    {
        JsonArray all = List(list);
        foreach (JsonNode? known in all)
        {
            if (JsonNode.DeepEquals(known!["fields"], item["fields"])) return Int(known[id]);
        }
        JsonObject added = item.DeepClone().AsObject();
        int next = all.Select(k => Int(k![id])).DefaultIfEmpty(-1).Max() + 1;
        if (id == "order-id" && item["fields"]!.AsArray().Count > 0) next = Math.Max(next, 1);
        added[id] = next;
        all.Add(added);
        return next;
    }

    private void Set(string field, string list, string id, JsonNode? wanted, int? last)
    {
        int value = Int(wanted) == -1 ? last ?? throw Bad("Nothing was added") : Int(wanted);
        if (List(list).All(k => Int(k![id]) != value)) throw Bad($"Unknown {id} {value}");
        metadata[field] = value;
    }

    private void Remove(string list, string id, JsonArray ids, string current)
    {
        int[] gone = [.. ids.Select(Int)];
        if (gone.Contains(Int(metadata[current]))) throw Bad($"Cannot remove the current {id}");
        RemoveWhere(list, k => gone.Contains(Int(k[id])));
    }

    private void AddSnapshot(JsonObject snapshot)
    {
        long id = Long(snapshot["snapshot-id"]), sequence = Long(snapshot["sequence-number"] ?? 0);
        if (List("snapshots").Any(s => Long(s!["snapshot-id"]) == id)) throw Bad($"Snapshot already exists for id: {id}");
        if (Version > 1 && snapshot["parent-snapshot-id"] is not null && sequence <= Long(metadata["last-sequence-number"]))
        {
            throw new ServiceErrorException(409, "CommitFailedException", $"Cannot add snapshot with sequence number {sequence} older than last sequence number");
        }
        if (Version >= 3)
        {
            if (Long(snapshot["first-row-id"] ?? throw Bad("Missing first-row-id")) < Long(metadata["next-row-id"]))
            {
                throw new ServiceErrorException(409, "CommitFailedException", "Cannot add a snapshot, first-row-id is behind table next-row-id");
            }
            metadata["next-row-id"] = Long(metadata["next-row-id"]) + Long(snapshot["added-rows"] ?? throw Bad("Missing added-rows"));
        }
        if (Version > 1) metadata["last-sequence-number"] = sequence;
        List("snapshots").Add(snapshot);
        _added.Add(id);
    }

    private void SetRef(JsonObject reference)
    {
        string name = reference["ref-name"]!.ToString();
        long id = Long(reference["snapshot-id"]);
        JsonNode snapshot = List("snapshots").FirstOrDefault(s => Long(s!["snapshot-id"]) == id) ?? throw Bad($"Cannot set {name} to unknown snapshot: {id}");
        reference.Remove("action");
        reference.Remove("ref-name");
        bool moved = Refs[name]?["snapshot-id"]?.ToString() != reference["snapshot-id"]!.ToString();
        Refs[name] = reference;
        if (name != "main" || !moved) return;
        metadata["current-snapshot-id"] = id;
        List("snapshot-log").Add(new JsonObject
        {
            ["timestamp-ms"] = _added.Contains(id) ? Long(snapshot["timestamp-ms"]) : now,
            ["snapshot-id"] = id,
        });
    }

    private void RemoveSnapshots(HashSet<long> ids)
    {
        RemoveWhere("snapshots", s => ids.Contains(Long(s["snapshot-id"])));
        foreach (string name in Refs.Where(r => ids.Contains(Long(r.Value!["snapshot-id"]))).Select(r => r.Key).ToArray()) Refs.Remove(name);
        // What came before a gap in the history cannot be told any more.
        JsonArray log = List("snapshot-log");
        int last = log.Select((e, i) => ids.Contains(Long(e!["snapshot-id"])) ? i : -1).DefaultIfEmpty(-1).Max();
        for (int i = 0; i <= last; i++) log.RemoveAt(0);
        RemoveWhere("statistics", s => ids.Contains(Long(s["snapshot-id"])));
        RemoveWhere("partition-statistics", s => ids.Contains(Long(s["snapshot-id"])));
    }

    private void Put(string list, string key, JsonNode item)
    {
        RemoveWhere(list, k => k[key]!.ToString() == item[key]!.ToString());
        List(list).Add(item.DeepClone());
    }

    private void RemoveWhere(string list, Func<JsonNode, bool> which)
    {
        JsonArray all = List(list);
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (which(all[i]!)) all.RemoveAt(i);
        }
    }

    /// <summary>The highest id of all fields, elements, keys and values.</summary>
    internal static int HighestId(JsonNode? node) => node switch
    {
        JsonObject item => item.Select(f => f.Key is "id" or "element-id" or "key-id" or "value-id" && f.Value is JsonValue ? Int(f.Value) : HighestId(f.Value)).Append(0).Max(),
        JsonArray list => list.Select(HighestId).Append(0).Max(),
        _ => 0,
    };

    internal static int Int(JsonNode? node) => int.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture);

    internal static long Long(JsonNode? node) => long.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture);

    private static ServiceErrorException Bad(string message) => new(400, "ValidationException", message);
}
