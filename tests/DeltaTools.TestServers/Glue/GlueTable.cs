using System.Globalization;
using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Glue;

internal sealed class GlueDatabase(string name, string? location, string? description)
{
    public string Name { get; } = name;

    public SortedDictionary<string, GlueTable> Tables { get; } = new(StringComparer.Ordinal);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["Name"] = Name, ["CatalogId"] = "123456789012" };
        if (location is not null) json["LocationUri"] = location;
        if (description is not null) json["Description"] = description;
        return json;
    }
}

/// <summary>A table and its versions.</summary>
internal sealed class GlueTable(string database, string name, JsonObject input)
{
    private readonly DateTimeOffset _created = DateTimeOffset.UtcNow;
    private int _version;
    private JsonObject _input = (JsonObject)input.DeepClone();

    public string Database { get; } = database;

    public string Name { get; } = name;

    public string VersionId => _version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Versions that were replaced and kept, oldest first.</summary>
    public List<JsonObject> Archive { get; } = [];

    public JsonObject Input => _input;

    public string? Parameter(string key) => (_input["Parameters"] as JsonObject)?[key]?.GetValue<string>();

    public void Replace(JsonObject next, bool keepOld)
    {
        if (keepOld) Archive.Add(ToJson());
        _input = (JsonObject)next.DeepClone();
        _version++;
    }

    public JsonObject ToJson()
    {
        var json = (JsonObject)_input.DeepClone();
        json["Name"] = Name;
        json["DatabaseName"] = Database;
        json["VersionId"] = VersionId;
        json["CatalogId"] = "123456789012";
        json["CreateTime"] = _created.ToUnixTimeMilliseconds() / 1000m;
        json["UpdateTime"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000m;
        json["IsRegisteredWithLakeFormation"] = false;
        return json;
    }
}
