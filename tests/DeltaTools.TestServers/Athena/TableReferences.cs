using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.TestServers.Athena;

/// <summary>Finds the tables that a statement names, and puts working tables in their place.</summary>
internal sealed class TableReferences(DuckSession session, StoreCatalog catalog, string? database)
{
    private static readonly string[] s_before = ["from", "join", "into", "using", "update"];

    /// <summary>What was read for the statement.</summary>
    public List<WorkingTable> Loaded { get; } = [];

    public async Task<List<SqlToken>> ReplaceAsync(IReadOnlyList<SqlToken> tokens, CancellationToken cancel)
    {
        bool paths = tokens.Any(t => t.Kind == SqlTokenKind.Quoted && t.Text == "$path");
        HashSet<string> local = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 1; i < tokens.Count - 1; i++)
        {
            if (tokens[i].IsName && tokens[i + 1].Is("as") && i + 2 < tokens.Count && tokens[i + 2].Is("(") && (tokens[i - 1].Is("with") || tokens[i - 1].Is(",")))
                local.Add(tokens[i].Text);
        }
        List<SqlToken> result = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            result.Add(tokens[i]);
            bool isDistinctFrom = tokens[i].Is("from") && i > 0 && tokens[i - 1].Is("distinct");
            if (!s_before.Any(tokens[i].Is) || isDistinctFrom || i + 1 == tokens.Count || !tokens[i + 1].IsName) continue;
            (TableIdentifier? name, int next) = Name(tokens, i + 1, database);
            bool isLocal = next == i + 2 && local.Contains(tokens[i + 1].Text);
            if (name is null || isLocal || tokens[i + 1].Is("unnest")) continue;
            if (name.Name.EndsWith("$refs", StringComparison.Ordinal))
            {
                result.Add(SqlText.Word(await RefsAsync(new(name.Namespace, name.Name[..^5]), cancel)));
                i = next - 1;
                continue;
            }
            (Snapshot? snapshot, IcebergTable table, next) = await StateAsync(tokens, next, name, cancel);
            WorkingTable loaded = await WorkingTable.LoadAsync(session, table, snapshot, false, paths, cancel);
            Loaded.Add(loaded);
            result.Add(SqlText.Word(loaded.Sql));
            i = next - 1;
        }
        return result;
    }

    /// <summary>The name that stands at a place: one to three parts; a first of three is the data catalog.</summary>
    /// <returns>The name, without namespace when it has one part and there is no database; and the place after it.</returns>
    public static (TableIdentifier? Name, int Next) Name(IReadOnlyList<SqlToken> tokens, int start, string? database)
    {
        List<string> parts = [];
        int i = start;
        while (i < tokens.Count && tokens[i].IsName)
        {
            parts.Add(tokens[i++].Text.ToLowerInvariant());
            if (i >= tokens.Count || !tokens[i].Is(".")) break;
            i++;
        }
        return (parts switch
        {
            [var table] => new TableIdentifier(database is null ? [] : [database], table),
            [var ns, var table] => new TableIdentifier([ns], table),
            [_, var ns, var table] => new TableIdentifier([ns], table),
            _ => null,
        }, i);
    }

    public async Task<IcebergTable> OpenAsync(TableIdentifier name, CancellationToken cancel)
    {
        try
        {
            return await IcebergTable.LoadAsync(catalog, name, cancel);
        }
        catch (DeltaTools.Core.IcebergException e) when (e.Kind == DeltaTools.Core.IcebergErrorKind.TableNotFound)
        {
            throw AthenaFailure.User("TABLE_NOT_FOUND", $"line 1:1: Table 'awsdatacatalog.{name}' does not exist");
        }
    }

    private async Task<string> RefsAsync(TableIdentifier table, CancellationToken cancel)
    {
        string refs = session.NewName("refs");
        await session.ExecuteAsync($"CREATE TABLE {refs}(name VARCHAR, type VARCHAR, snapshot_id BIGINT)", cancel);
        foreach ((string name, SnapshotRef found) in (await OpenAsync(table, cancel)).Metadata.Refs)
        {
            await session.ExecuteAsync(string.Create(
                CultureInfo.InvariantCulture, $"INSERT INTO {refs} VALUES ({Sql.Text(name)}, '{found.Type.ToString().ToUpperInvariant()}', {found.SnapshotId})"), cancel);
        }
        return refs;
    }

    private async Task<(Snapshot? Snapshot, IcebergTable Table, int Next)> StateAsync(
        IReadOnlyList<SqlToken> tokens, int next, TableIdentifier name, CancellationToken cancel)
    {
        IcebergTable table = await OpenAsync(name, cancel);
        if (next + 4 > tokens.Count || !tokens[next].Is("for")) return (table.Metadata.CurrentSnapshot, table, next);
        if (tokens[next + 1].Is("version"))
        {
            long id = long.Parse(tokens[next + 4].Text, CultureInfo.InvariantCulture);
            Snapshot snapshot = table.Metadata.Snapshot(id) ?? throw AthenaFailure.User("INVALID_ARGUMENTS", $"Iceberg snapshot ID does not exists: {id}");
            return (snapshot, table, next + 5);
        }
        // FOR TIMESTAMP AS OF TIMESTAMP '... UTC'
        string text = tokens[next + 5].Text.Trim('\'').Replace(" UTC", "Z", StringComparison.Ordinal);
        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (SnapshotSelection.AsOf(table.Metadata, time).Snapshot, table, next + 6);
    }
}
