using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Glue;

/// <summary>What a Glue data catalog holds. All of it is done under one lock, as Glue does things one at a time for a table.</summary>
public sealed class GlueStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, GlueDatabase> _databases = new(StringComparer.Ordinal);

    /// <summary>Creates a database if it is absent.</summary>
    public void AddDatabase(string name, string? location = null) => Do(() => _databases.TryAdd(name, new GlueDatabase(name, location, null)));

    internal T Do<T>(Func<T> work)
    {
        lock (_lock) return work();
    }

    internal IReadOnlyList<GlueDatabase> Databases => Do(() => _databases.Values.ToArray());

    internal GlueDatabase CreateDatabase(string name, string? location, string? description)
    {
        name = name.ToLowerInvariant();
        var database = new GlueDatabase(name, location, description);
        return Do(() => _databases.TryAdd(name, database)) ? database : throw Refuse("AlreadyExistsException", $"Database already exists.");
    }

    internal GlueDatabase Database(string name) => Do(() => _databases.GetValueOrDefault(name.ToLowerInvariant()))
        ?? throw Refuse("EntityNotFoundException", $"Database {name} not found.");

    internal GlueTable Table(string database, string name) => Find(database, name)
        ?? throw Refuse("EntityNotFoundException", $"Entity Not Found: Table {name} not found.");

    internal GlueTable? Find(string database, string name)
    {
        GlueDatabase found = Database(database);
        return Do(() => found.Tables.GetValueOrDefault(name.ToLowerInvariant()));
    }

    internal void CreateTable(string database, JsonObject input)
    {
        GlueDatabase found = Database(database);
        string name = input["Name"]!.GetValue<string>().ToLowerInvariant();
        if (!Do(() => found.Tables.TryAdd(name, new GlueTable(found.Name, name, input))))
            throw Refuse("AlreadyExistsException", "Table already exists.");
    }

    /// <param name="version">The version the table must be at; null: any.</param>
    internal void UpdateTable(string database, JsonObject input, string? version, bool skipArchive)
    {
        GlueTable table = Table(database, input["Name"]!.GetValue<string>());
        Do(() =>
        {
            if (version is not null && version != table.VersionId)
                throw Refuse("ConcurrentModificationException", "Update table failed due to concurrent modifications.");
            table.Replace(input, keepOld: !skipArchive);
            return true;
        });
    }

    internal void DeleteTable(string database, string name)
    {
        GlueDatabase found = Database(database);
        if (!Do(() => found.Tables.Remove(name.ToLowerInvariant()))) throw Refuse("EntityNotFoundException", $"Table {name} not found.");
    }

    internal static ServiceErrorException Refuse(string code, string message) => new(400, code, message);
}
