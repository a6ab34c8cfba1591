using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Rest;

/// <summary>The namespaces and tables of a catalog. Safe to use while requests come in.</summary>
internal sealed class RestStore(RestFiles files, string warehouse)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _namespaces = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Namespace, string Name), RestTable> _tables = [];

    /// <summary>Children of a namespace, or the top level.</summary>
    public IReadOnlyList<string[]> Namespaces(ImmutableArray<string> parent)
    {
        lock (_lock)
        {
            if (!parent.IsEmpty) Require(parent);
            return [.. _namespaces.Keys.Select(k => k.Split('\u001f')).Where(n => n.Length == parent.Length + 1 && n.Take(parent.Length).SequenceEqual(parent))];
        }
    }

    public void CreateNamespace(ImmutableArray<string> ns, JsonObject properties)
    {
        lock (_lock)
        {
            if (ns.Length > 1) Require(ns[..^1]);
            if (!_namespaces.TryAdd(Key(ns), properties)) throw new ServiceErrorException(409, "AlreadyExistsException", $"Namespace already exists: {string.Join('.', ns)}");
        }
    }

    public IReadOnlyList<string> Tables(ImmutableArray<string> ns)
    {
        lock (_lock)
        {
            Require(ns);
            return [.. _tables.Keys.Where(t => t.Namespace == Key(ns)).Select(t => t.Name)];
        }
    }

    /// <exception cref="ServiceErrorException">404 NoSuchTableException.</exception>
    public RestTable Load(RestRoute route)
    {
        lock (_lock)
        {
            return _tables.TryGetValue((Key(route.Namespace), route.Table), out RestTable? table) ? table
                : throw new ServiceErrorException(404, "NoSuchTableException", $"Table does not exist: {route}");
        }
    }

    public RestTable Create(ImmutableArray<string> ns, JsonNode request, long now)
    {
        lock (_lock)
        {
            Require(ns);
            string name = request["name"]!.ToString();
            if (_tables.ContainsKey((Key(ns), name))) throw Exists(ns, name);
            string location = request["location"]?.ToString() ?? Free($"{warehouse}/{string.Join('/', ns)}/{name}");
            JsonObject metadata = RestTable.Create(request, location, now);
            return _tables[(Key(ns), name)] = new(Write(metadata, 0), metadata);
        }
    }

    public RestTable Register(ImmutableArray<string> ns, JsonNode request)
    {
        lock (_lock)
        {
            Require(ns);
            string name = request["name"]!.ToString(), location = request["metadata-location"]!.ToString();
            if (_tables.ContainsKey((Key(ns), name))) throw Exists(ns, name);
            string text = files.Read(location) ?? throw new ServiceErrorException(404, "NotFoundException", $"File does not exist: {location}");
            return _tables[(Key(ns), name)] = new(location, JsonNode.Parse(text)!.AsObject());
        }
    }

    public RestTable Commit(RestRoute route, JsonNode request, long now)
    {
        lock (_lock)
        {
            RestTable current = Load(route);
            RestRequirements.Check(current.Metadata, request["requirements"]!.AsArray());
            JsonObject next = current.Metadata.DeepClone().AsObject();
            var updates = new RestUpdates(next, now);
            foreach (JsonNode? update in request["updates"]!.AsArray()) updates.Apply(update!);
            if (JsonNode.DeepEquals(next, current.Metadata)) return current;
            next["metadata-log"]!.AsArray().Add(new JsonObject
            {
                ["timestamp-ms"] = current.Metadata["last-updated-ms"]!.DeepClone(),
                ["metadata-file"] = current.MetadataLocation,
            });
            next["last-updated-ms"] = Math.Max(now, RestUpdates.Long(current.Metadata["last-updated-ms"]));
            string name = current.MetadataLocation[(current.MetadataLocation.LastIndexOf('/') + 1)..];
            int version = int.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int before) ? before + 1 : 0;
            return _tables[(Key(route.Namespace), route.Table)] = new(Write(next, version), next);
        }
    }

    public void Drop(RestRoute route)
    {
        lock (_lock)
        {
            Load(route);
            _tables.Remove((Key(route.Namespace), route.Table));
        }
    }

    private string Write(JsonObject metadata, int version)
    {
        string location = string.Create(CultureInfo.InvariantCulture, $"{metadata["location"]}/metadata/{version:D5}-{Guid.NewGuid()}.metadata.json");
        files.Write(location, metadata.ToJsonString());
        return location;
    }

    private string Free(string location) => files.IsUsed(location) ? $"{location}-{Guid.NewGuid():N}"[..(location.Length + 9)] : location;

    private void Require(ImmutableArray<string> ns)
    {
        if (!_namespaces.ContainsKey(Key(ns))) throw new ServiceErrorException(404, "NoSuchNamespaceException", $"Namespace does not exist: {string.Join('.', ns)}");
    }

    private static string Key(ImmutableArray<string> ns) => string.Join('\u001f', ns);

    private static ServiceErrorException Exists(ImmutableArray<string> ns, string name) =>
        new(409, "AlreadyExistsException", $"Table already exists: {string.Join('.', ns)}.{name}");
}
