using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>The tables of a query, made known to a session of the engine.</summary>
internal sealed class OpenTables(ICatalog catalog, DuckSession session, Action<string> log) : IAsyncDisposable
{
    private readonly List<PreparedScan> _scans = [];
    private readonly Dictionary<TableIdentifier, IcebergTable> _loaded = [];

    /// <summary>The local files that the engine reads for them.</summary>
    public IEnumerable<string> Paths => _scans.SelectMany(s => s.Paths);

    /// <summary>Names of the columns of all tables.</summary>
    public HashSet<string> Columns { get; } = new(StringComparer.Ordinal);

    public static TableIdentifier Identifier(TableName name) => new([.. name.Namespace.Split('.')], name.Name);

    /// <param name="stand">The engine's name for it.</param>
    /// <param name="isOptional">Gives false when the catalog has no such table, instead of an error.</param>
    /// <exception cref="IcebergException">TableNotFound, SnapshotNotFound, RefNotFound; InvalidArgument: a metadata table that has no versions.</exception>
    public async Task<bool> TryOpenAsync(QueryTable table, string stand, bool isOptional, CancellationToken cancel)
    {
        try
        {
            await OpenAsync(table, stand, cancel).ConfigureAwait(false);
            return true;
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound && isOptional)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PreparedScan scan in _scans) await scan.DisposeAsync().ConfigureAwait(false);
    }

    private async Task OpenAsync(QueryTable wanted, string stand, CancellationToken cancel)
    {
        (IcebergTable table, string? kind) = await FindAsync(Identifier(wanted.Name), cancel).ConfigureAwait(false);
        (Snapshot? snapshot, Schema schema) = wanted.Travel?.Select(table.Metadata) ?? SnapshotSelection.Current(table.Metadata);
        log(FormattableString.Invariant($"{wanted.Name}: snapshot {snapshot?.SnapshotId}"));
        await session.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {stand[..^(Sql.Name(wanted.Name.Name).Length + 1)]}", cancel).ConfigureAwait(false);
        if (kind is null)
        {
            await ViewAsync(table, snapshot, schema, stand, cancel).ConfigureAwait(false);
            return;
        }
        if (wanted.Travel is not null && !MetadataTable.HasVersions(kind))
            throw IcebergException.Invalid($"{wanted.Name} tells of all snapshots, so it has no versions. Leave FOR ... AS OF out.");
        MetadataTable rows = await MetadataTable.OfAsync(table, snapshot, kind, cancel).ConfigureAwait(false);
        Columns.UnionWith(rows.Columns.Select(c => c.Name));
        await rows.CreateAsync(session, stand, cancel).ConfigureAwait(false);
    }

    /// <summary>The table behind a name, and which of its metadata tables is meant. A table may itself be called <c>x$files</c>.</summary>
    private async Task<(IcebergTable Table, string? Kind)> FindAsync(TableIdentifier name, CancellationToken cancel)
    {
        if (MetadataTable.Split(name.Name) is not { } special) return (await LoadAsync(name, cancel).ConfigureAwait(false), null);
        try
        {
            return (await LoadAsync(name with { Name = special.Table }, cancel).ConfigureAwait(false), special.Kind);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            try
            {
                return (await LoadAsync(name, cancel).ConfigureAwait(false), null);
            }
            catch (IcebergException) when (!cancel.IsCancellationRequested)
            {
                throw e;
            }
        }
    }

    /// <summary>A query sees a table in one state, however often it names it.</summary>
    private async Task<IcebergTable> LoadAsync(TableIdentifier name, CancellationToken cancel)
    {
        if (!_loaded.TryGetValue(name, out IcebergTable? table)) _loaded.Add(name, table = await IcebergTable.LoadAsync(catalog, name, cancel).ConfigureAwait(false));
        return table;
    }

    private async Task ViewAsync(IcebergTable table, Snapshot? snapshot, Schema schema, string stand, CancellationToken cancel)
    {
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, cancel).ConfigureAwait(false);
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = schema.Fields,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
        }, cancel).ConfigureAwait(false);
        _scans.Add(scan);
        // The engine does not tell names apart that differ in case only; they get the numbers that the properties of rows get.
        string[] names = UniqueNames.Of(schema.Fields.Select(f => f.Name), []);
        Columns.UnionWith(names);
        string columns = string.Join(", ", schema.Fields.Select((f, i) => $"{Sql.Column(f)} AS {Sql.Name(names[i])}"));
        await session.ExecuteAsync($"CREATE VIEW {stand} AS SELECT {columns} FROM ({scan.Sql})", cancel).ConfigureAwait(false);
    }
}
