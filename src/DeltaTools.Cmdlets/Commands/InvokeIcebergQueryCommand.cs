using System.Management.Automation;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Runs a query over the tables of the catalog.</summary>
/// <remarks>
/// <para>Tables are named as namespace.table, with as many levels of namespace as there are. FOR VERSION AS OF with the id of a snapshot, or with a branch or tag in quotes,
/// and FOR TIMESTAMP AS OF read a table as it was; namespace."table$history", $snapshots, $files, $partitions, $manifests, $refs and $properties are about the table. Names that
/// are no plain words stand in double quotes. Columns may be called by table.column and namespace.table.column. Of columns whose names differ in case only, the second is called
/// name_2.</para>
/// <para>On the embedded engine a query is any SELECT in DuckDB's SQL, also DESCRIBE, SUMMARIZE, PIVOT with the values that become columns, UNPIVOT and EXPLAIN. Version and
/// time may be any constant expression, such as current_timestamp - INTERVAL 1 DAY or a parameter; times without a zone are of UTC. DuckDB's own AT (VERSION => ...) and
/// AT (TIMESTAMP => ...) mean the same, and $files, $partitions and $manifests have versions too. Only tables that the query names are opened, and it can neither read nor
/// write anything else; -AllowFileAccess lets it read files too, such as read_csv('/data/more.csv').</para>
/// <para>With -Engine Athena it is any statement of Amazon Athena. A statement that changes something honours -WhatIf and -Confirm, and gives an object with the number of rows.</para>
/// </remarks>
/// <example>Count<code>Invoke-IcebergQuery 'SELECT department_id, count(*) AS people FROM hr.employee GROUP BY department_id'</code></example>
/// <example>What came since<code>Invoke-IcebergQuery "SELECT * FROM hr.employee EXCEPT SELECT * FROM hr.employee FOR TIMESTAMP AS OF TIMESTAMP '2023-06-08 16:26:05 UTC'"</code></example>
/// <example>Values from a script<code>Invoke-IcebergQuery 'SELECT * FROM hr.employee WHERE surname = ? AND department_id = ?' -Parameter "O'Brien", 2</code></example>
/// <example>As it was a week ago<code>Invoke-IcebergQuery 'SELECT count(*) AS people FROM hr.employee FOR TIMESTAMP AS OF ?' -Parameter (Get-Date).AddDays(-7)</code></example>
/// <example>The history of a table<code>Invoke-IcebergQuery 'SELECT * FROM hr."employee$history"'</code></example>
/// <example>With a file beside the tables<code>Invoke-IcebergQuery "SELECT e.*, g.grade FROM hr.employee e JOIN read_csv('/data/grades.csv') g USING (employee_id)" -AllowFileAccess</code></example>
/// <example>Any statement, on Athena<code>Invoke-IcebergQuery 'DELETE FROM notes WHERE author = ?' -Parameter "O'Brien" -Database hr -Engine Athena</code></example>
/// <example>On Athena, from a file<code>Invoke-IcebergQuery -Path ./report.sql -Engine Athena -ReuseWithin 1:00:00 -Timeout 0:10:00</code></example>
[Cmdlet(VerbsLifecycle.Invoke, "IcebergQuery", SupportsShouldProcess = true, DefaultParameterSetName = QuerySet, HelpUri = Help.Root + "Invoke-IcebergQuery.md")]
[OutputType(typeof(PSObject))]
public sealed class InvokeIcebergQueryCommand : CatalogCmdlet
{
    private const string QuerySet = "Query";
    private const string PathSet = "Path";
    private const int MeasuredRows = 200;

    /// <summary>The SQL.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    public string Query { get; set; } = "";

    /// <summary>File with the SQL.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Values for the question marks of the query, in order; the embedded engine takes $1, $2 and so on too. They are never mistaken for SQL.</summary>
    [Parameter]
    [AllowNull]
    public object?[] Parameter { get; set; } = [];

    /// <summary>What runs the query: the embedded engine, Amazon Athena for tables of a Glue catalog, or Auto, which takes Athena when the tables that a SELECT names are
    /// large. With Auto write what both understand.</summary>
    /// <value>Embedded</value>
    [Parameter]
    public QueryEngine Engine { get; set; } = QueryEngine.Embedded;

    /// <summary>Stops the query when it takes longer.</summary>
    /// <value>no limit</value>
    [Parameter]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Takes the result that Athena gave for the same query if it is no older than this, which costs nothing.</summary>
    [Parameter]
    public TimeSpan? ReuseWithin { get; set; }

    /// <summary>Database of names without one, on Athena.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>Lets the embedded engine read files, named with their full paths, and call all of its functions.</summary>
    [Parameter]
    public SwitchParameter AllowFileAccess { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        IcebergCatalog connection = await ConnectionAsync(null, cancel);
        string sql = ParameterSetName == PathSet ? await File.ReadAllTextAsync(FullPath(Path), cancel) : Query;
        ErrorTarget = sql;
        object?[] values = Array.ConvertAll(Parameter ?? [null], v => v is PSObject wrapped ? wrapped.BaseObject : v);
        if (await IsAthenaAsync(connection, sql, values, cancel)) await AthenaAsync(connection, sql, values, cancel);
        else await EmbeddedAsync(connection, sql, values, cancel);
    }

    /// <summary>Only Auto looks into the query: for how much its tables hold.</summary>
    private async Task<bool> IsAthenaAsync(IcebergCatalog connection, string sql, object?[] values, CancellationToken cancel)
    {
        string? obstacle = connection.WorkGroup is null ? "the catalog is no Glue catalog" : AllowFileAccess ? "-AllowFileAccess is for the embedded engine" : null;
        long bytes = 0;
        if (Engine == QueryEngine.Auto && obstacle is null)
        {
            foreach (TableIdentifier name in await TableQuery.TablesAsync(sql, values, cancel))
            {
                CoreTable table = await CoreTable.LoadAsync(connection.Catalog, name, cancel);
                obstacle ??= AthenaWork.Obstacle(table);
                bytes += AthenaWork.SizeOf(table.Metadata, table.Metadata.CurrentSnapshot);
            }
        }
        return AthenaWork.IsAthena(Engine, obstacle, bytes, connection, WriteVerbose);
    }

    private async Task EmbeddedAsync(IcebergCatalog connection, string sql, object?[] values, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (Timeout is { } most) limit.CancelAfter(most);
        var query = new TableQuery(connection.Catalog, connection.Engine) { AllowFileAccess = AllowFileAccess, Log = Log };
        try
        {
            await WriteAsync(query.RunAsync(sql, values, limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IcebergException(IcebergErrorKind.Timeout, FormattableString.Invariant($"The query took longer than {Timeout!.Value.TotalSeconds:0.#} s and was stopped."));
        }
    }

    private async Task AthenaAsync(IcebergCatalog connection, string sql, object?[] values, CancellationToken cancel)
    {
        bool reads = AthenaStatement.OnlyReads(sql);
        if (!reads && !Confirmed(connection.Name, $"Run on Athena: {sql}")) return;
        using ProgressMeter progress = StartProgress("Query on Athena");
        using AthenaSession athena = connection.OpenAthena(Log, AthenaWork.Reporter(progress));
        AthenaExecution done = await athena.RunAsync(new AthenaStatement(sql)
        {
            Parameters = [.. values.Select(AthenaSql.Parameter)],
            Database = Database,
            Timeout = Timeout,
            ReuseWithin = ReuseWithin,
        }, cancel);
        if (reads)
        {
            await WriteAsync(done.BatchesAsync(cancel));
            return;
        }
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new AthenaQuerySummary(done.QueryId, await done.UpdateCountAsync(cancel), done.Statistics));
    }

    private async Task WriteAsync(IAsyncEnumerable<RowBatch> batches)
    {
        RowFactory? rows = null;
        List<PSObject> first = [];
        long count = 0;
        await foreach (RowBatch batch in batches)
        {
            // What is no type of Iceberg is looked at value by value.
            rows ??= new RowFactory([.. batch.Columns.Select((c, i) => new NestedField(i + 1, c.Name, c.Type ?? IcebergType.Variant))]);
            for (int i = 0; i < batch.Count; i++)
            {
                PSObject row = rows.Row(batch, i);
                if (count + i >= MeasuredRows) WriteObject(row);
                else first.Add(row);
                if (count + i == MeasuredRows - 1) WriteMeasured(first);
            }
            count += batch.Count;
        }
        WriteMeasured(first);
    }

    private void WriteMeasured(List<PSObject> rows)
    {
        RowView.Measure(rows);
        foreach (PSObject row in rows) WriteObject(row);
        rows.Clear();
    }
}
