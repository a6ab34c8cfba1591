using System.Data;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Cmdlets.Rows;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Form of the rows that Get-IcebergData writes.</summary>
public enum RowForm
{
    /// <summary>An object for each row, as soon as it is read.</summary>
    Row,

    /// <summary>One System.Data.DataTable with all rows.</summary>
    DataTable,
}

/// <summary>Reads the rows of a table, now or as they were.</summary>
/// <remarks>
/// <para>Rows come while they are read, so a table may be larger than the memory, and Select-Object -First or Ctrl+C end the reading.</para>
/// <para>-Filter and -Column are much faster than Where-Object and Select-Object: files, row groups and columns that cannot matter are not read.</para>
/// <para>NULL is $null. Dates are DateOnly, timestamps DateTime, timestamps with time zone DateTimeOffset, structs objects, lists arrays, maps
/// ordered dictionaries. A value that its .NET type cannot hold comes as text.</para>
/// <para>A filter is written as in SQL: column = 1, &lt;&gt;, &lt;, &gt;=, IN (1, 2), BETWEEN 1 AND 2, LIKE 'P%', IS NULL, joined by AND, OR and NOT.</para>
/// </remarks>
/// <example>All rows<code>Get-IcebergData hr.employee</code></example>
/// <example>Some rows and columns<code>Get-IcebergData hr.employee -Filter "department_id = 2 and surname like 'P%'" -Column employee_id, surname</code></example>
/// <example>Rows with these values<code>Get-IcebergData hr.employee -Filter @{ department_id = 2; sex = 'F' }</code></example>
/// <example>The table as it was<code>Get-IcebergData hr.employee -AsOf '2023-06-08 16:26:05Z'</code></example>
/// <example>A report as of a date<code>Get-IcebergData hr.employee -ReportDate 2021-01-02</code></example>
/// <example>On Athena, or an hour's old result of it for nothing<code>Get-IcebergData hr.employee -Filter 'department_id = 2' -Engine Athena -ReuseWithin 1:00:00</code></example>
/// <example>A table without a catalog, copied from elsewhere<code>Get-IcebergData ./orders -LocationMap @{ 's3://lake/orders' = './orders' } -First 10</code></example>
[Cmdlet(VerbsCommon.Get, "IcebergData", DefaultParameterSetName = CurrentSet, HelpUri = Help.Root + "Get-IcebergData.md")]
[OutputType(typeof(PSObject))]
public sealed class GetIcebergDataCommand : SnapshotReadCmdlet
{
    private const string ReportDateSet = "ReportDate";
    private const int MeasuredRows = 200;

    /// <summary>The state as of this report date: that of the last merge up to it, whenever it was made.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReportDateSet)]
    [DateTransformation]
    public DateOnly ReportDate { get; set; }

    /// <summary>Columns to read, in this order.</summary>
    /// <value>all, in the order of the schema</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] Column { get; set; } = [];

    /// <summary>Which rows to read: a condition such as "department_id = 2 and surname like 'P%'", or a hashtable of columns and the values they must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Filter { get; set; }

    /// <summary>Stops after this many rows.</summary>
    /// <value>all rows</value>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? First { get; set; }

    /// <summary>An object for each row, or one DataTable.</summary>
    /// <value>Row</value>
    [Parameter]
    public RowForm As { get; set; }

    /// <summary>What reads: the embedded engine, Amazon Athena for tables of a Glue catalog, or Auto, which takes Athena when the tables are large.</summary>
    /// <value>Embedded</value>
    [Parameter]
    public QueryEngine Engine { get; set; } = QueryEngine.Embedded;

    /// <summary>Takes the result that Athena gave for the same rows if it is no older than this, such as 1:00:00, which costs nothing.</summary>
    [Parameter]
    public TimeSpan? ReuseWithin { get; set; }

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        (Snapshot? snapshot, Schema schema) = ParameterSetName == ReportDateSet
            ? SnapshotSelection.ById(table.Metadata, ReportDates.At(table.Metadata, ReportDate).SnapshotId) : Selected(table.Metadata);
        TableRead read = new(snapshot, schema) { Columns = [.. Column], Filter = RowCondition.Of(Filter, nameof(Filter)), Limit = First };
        WriteVerbose(snapshot is null ? $"{table.Name} has no snapshot, so no rows."
            : $"Reading {table.Name} at snapshot {snapshot.SnapshotId} of {ViewFormat.Time(snapshot.Timestamp)}.");
        RowFactory rows = new(TableReader.ColumnsOf(read));
        string? obstacle = AthenaWork.Obstacle(table.Table);
        if (AthenaWork.IsAthena(Engine, obstacle, AthenaWork.SizeOf(table.Metadata, snapshot), table.Source.Connection, WriteVerbose))
        {
            using ProgressMeter progress = StartProgress($"Reading {table.Name} on Athena");
            using AthenaSession athena = table.Source.Connection!.OpenAthena(Log, AthenaWork.Reporter(progress));
            await WriteAsync(table.Name, rows, AthenaTableReader.ReadAsync(athena, table.Table, read, ReuseWithin, cancel));
            return;
        }
        await WriteAsync(table.Name, rows, TableReader.ReadAsync(table.Table.Store, table.Metadata, read, table.Engine, cancel));
    }

    private async Task WriteAsync(string table, RowFactory rows, IAsyncEnumerable<RowBatch> batches) =>
        await (As == RowForm.Row ? WriteRowsAsync(table, rows, batches) : WriteTableAsync(table, rows, batches));

    private async Task WriteRowsAsync(string table, RowFactory rows, IAsyncEnumerable<RowBatch> batches)
    {
        using ProgressMeter progress = StartProgress($"Reading {table}");
        long count = 0;
        // The first rows wait for each other, so that their columns become wide enough for all of them.
        List<PSObject> first = [];
        await foreach (RowBatch batch in batches)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                PSObject row = rows.Row(batch, i);
                if (count + i >= MeasuredRows) WriteObject(row);
                else first.Add(row);
                if (count + i == MeasuredRows - 1) WriteMeasured(first);
            }
            count += batch.Count;
            progress.Report($"{ViewFormat.Count(count)} rows");
        }
        WriteMeasured(first);
    }

    private void WriteMeasured(List<PSObject> rows)
    {
        RowView.Measure(rows);
        foreach (PSObject row in rows) WriteObject(row);
        rows.Clear();
    }

    private async Task WriteTableAsync(string table, RowFactory rows, IAsyncEnumerable<RowBatch> batches)
    {
        DataTable result = rows.Table(table);
        await foreach (RowBatch batch in batches)
        {
            for (int i = 0; i < batch.Count; i++) rows.AddTo(result, batch, i);
        }
        WriteObject(result, enumerateCollection: false);
    }
}
