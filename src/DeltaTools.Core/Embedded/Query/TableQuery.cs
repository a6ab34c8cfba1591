using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Embedded.Query;

/// <summary>Runs a SELECT over the tables of a catalog on the embedded engine.</summary>
/// <remarks>
/// Tables stand in the query as <c>namespace.table</c>, with <c>FOR VERSION AS OF</c> and <c>FOR TIMESTAMP AS OF</c>, and their metadata tables as
/// <c>namespace."table$history"</c>. Only those that are named are opened. The engine looks the query over before it runs, and is shut in
/// then (<see cref="QueryFence"/>): it can read nothing else, and write nothing at all.
/// </remarks>
public sealed class TableQuery(ICatalog catalog, DuckOptions engine)
{
    /// <summary>Lets the query read files and call all functions of the engine.</summary>
    public bool AllowFileAccess { get; init; }

    public Action<string> Log { get; init; } = _ => { };

    /// <summary>The tables that a query names, those of which it wants the metadata too.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<ImmutableArray<TableIdentifier>> TablesAsync(string sql, IReadOnlyList<string> constants, CancellationToken cancel)
    {
        (string query, ImmutableArray<TimeTravel> travels) = Extract(sql, constants);
        using DuckSession session = DuckSession.Open(new DuckOptions { Threads = 1 });
        QueryShape shape = await QueryShape.OfAsync(session, query, allowFiles: false, cancel).ConfigureAwait(false);
        return [.. shape.Tables.Select(t => Identify(t.Namespace, t.Name, Travel(travels, t.Namespace, t.Name)).Table).Distinct()];
    }

    /// <param name="constants">Constants of SQL for question marks.</param>
    /// <exception cref="IcebergException">InvalidArgument: the SQL is wrong; TableNotFound; Unsupported: it reaches for files; QueryFailed.</exception>
    public async IAsyncEnumerable<RowBatch> RunAsync(string sql, IReadOnlyList<string> constants, [EnumeratorCancellation] CancellationToken cancel)
    {
        (string query, ImmutableArray<TimeTravel> travels) = Extract(sql, constants);
        using DuckSession session = DuckSession.Open(engine);
        QueryShape shape = await QueryShape.OfAsync(session, query, AllowFileAccess, cancel).ConfigureAwait(false);
        List<PreparedScan> scans = [];
        try
        {
            foreach ((string ns, string name) in shape.Tables)
            {
                if (await OpenAsync(session, ns, name, Travel(travels, ns, name), cancel).ConfigureAwait(false) is { } scan) scans.Add(scan);
            }
            if (!AllowFileAccess) await QueryFence.CloseAsync(session, scans.SelectMany(s => s.Paths), cancel).ConfigureAwait(false);
            await foreach (RowBatch batch in RowReader.ReadAsync(session, query, [], ValueForm.User, cancel).ConfigureAwait(false)) yield return batch;
        }
        finally
        {
            foreach (PreparedScan scan in scans) await scan.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<PreparedScan?> OpenAsync(DuckSession session, string ns, string name, TimeTravel? travel, CancellationToken cancel)
    {
        string schemaName = Sql.Name(ns), sqlName = $"{schemaName}.{Sql.Name(name)}";
        (TableIdentifier identifier, string? kind) = Identify(ns, name, travel);
        IcebergTable table;
        try
        {
            table = await IcebergTable.LoadAsync(catalog, identifier, cancel).ConfigureAwait(false);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound && AllowFileAccess)
        {
            // The engine may know what it is.
            return null;
        }
        await session.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {schemaName}", cancel).ConfigureAwait(false);
        if (kind is not null)
        {
            MetadataTable rows = await MetadataTable.OfAsync(table, kind, cancel).ConfigureAwait(false);
            await rows.CreateAsync(session, sqlName, cancel).ConfigureAwait(false);
            return null;
        }
        (Snapshot? snapshot, Schema schema) = travel?.Select(table.Metadata) ?? SnapshotSelection.Current(table.Metadata);
        Log(FormattableString.Invariant($"{table.Name}: snapshot {snapshot?.SnapshotId}"));
        ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, cancel).ConfigureAwait(false);
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = plan.Tasks,
            Columns = schema.Fields,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
        }, cancel).ConfigureAwait(false);
        try
        {
            string columns = string.Join(", ", schema.Fields.Select(f => $"{Sql.Column(f)} AS {Sql.Name(f.Name)}"));
            await session.ExecuteAsync($"CREATE VIEW {sqlName} AS SELECT {columns} FROM ({scan.Sql})", cancel).ConfigureAwait(false);
            return scan;
        }
        catch
        {
            await scan.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static (string Sql, ImmutableArray<TimeTravel> Travels) Extract(string sql, IReadOnlyList<string> constants) =>
        TimeTravel.Extract(QueryToken.Bind(sql.Trim().TrimEnd(';'), constants));

    private static TimeTravel? Travel(ImmutableArray<TimeTravel> travels, string ns, string name) =>
        travels.FirstOrDefault(t => t.Stand == name && string.Join('.', t.Table[..^1]) == ns);

    /// <summary>The table behind a name, and which of its metadata tables is meant.</summary>
    private static (TableIdentifier Table, string? Kind) Identify(string ns, string name, TimeTravel? travel)
    {
        (string Table, string Kind)? special = travel is null ? MetadataTable.Split(name) : null;
        return (new([.. ns.Split('.')], travel?.Table[^1] ?? special?.Table ?? name), special?.Kind);
    }
}
