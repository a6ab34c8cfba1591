using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables.Actions;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Creates an empty table.</summary>
/// <remarks>
/// <para>Columns are written as in SQL: name, type, and if need be NOT NULL and COMMENT 'text'. Types are those of Iceberg (boolean, int, long, float,
/// double, decimal(p, s), date, time, timestamp, timestamptz, string, uuid, fixed(n), binary, struct, list, map) or SQL's names for them. Names that are no plain words stand in double quotes.</para>
/// <para>The namespace is made when absent.</para>
/// </remarks>
/// <example>A report table<code>New-IcebergTable hr.employee -Schema 'employee_id int, surname string, record_created date, record_last_updated date'</code></example>
/// <example>Partitioned, with a key<code>New-IcebergTable shop.orders -Schema 'id long, ts timestamp, total decimal(12,2)' -Partition 'day(ts)', 'bucket(16, id)' -IdentifierColumn id</code></example>
/// <example>The columns of another table<code>New-IcebergTable hr.employee_copy -Schema hr.employee -IfNotExists</code></example>
/// <example>Made by Athena, which sets the properties of its own upkeep<code>New-IcebergTable hr.employee 'employee_id int, surname string' -Engine Athena -Property @{ vacuum_min_snapshots_to_keep = '10' }</code></example>
[Cmdlet(VerbsCommon.New, "IcebergTable", SupportsShouldProcess = true, HelpUri = Help.Root + "New-IcebergTable.md")]
[OutputType(typeof(IcebergTable))]
public sealed class NewIcebergTableCommand : CatalogCmdlet
{
    /// <summary>Namespace and name: hr.employee.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The columns: a text such as 'id int not null, name string', an ordered dictionary such as [ordered]@{ id = 'int' },
    /// another table, or the Schema of one.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public object Schema { get; set; } = null!;

    /// <summary>Partition fields: columns, or year, month, day, hour, bucket(n, column) or truncate(n, column) of them.</summary>
    [Parameter]
    public string[] Partition { get; set; } = [];

    /// <summary>Order of rows within data files: columns, perhaps with DESC, NULLS FIRST or NULLS LAST.</summary>
    [Parameter]
    public string[] SortOrder { get; set; } = [];

    /// <summary>Columns that identify a row: the key that merges take when they are given none. They become NOT NULL.</summary>
    [Parameter]
    public string[] IdentifierColumn { get; set; } = [];

    /// <summary>Folder of the table's files.</summary>
    /// <value>namespace and table below the warehouse</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Location { get; set; }

    /// <summary>Table properties, such as @{ 'write.merge.mode' = 'copy-on-write' }.</summary>
    [Parameter]
    public IDictionary? Property { get; set; }

    /// <summary>Version of the Iceberg format. Amazon Athena works with 2 only.</summary>
    /// <value>2</value>
    [Parameter]
    [ValidateSet("2", "3")]
    public int FormatVersion { get; set; } = 2;

    /// <summary>What makes the table: the embedded engine, or Amazon Athena for tables of a Glue catalog.</summary>
    /// <value>Embedded; Auto is the same, since a new table is small</value>
    [Parameter]
    public QueryEngine Engine { get; set; } = QueryEngine.Embedded;

    /// <summary>Takes a table that is there already as it is, instead of failing.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        ErrorTarget = Table.Text;
        TableIdentifier name = Table.Identifier();
        IcebergCatalog connection = await ConnectionAsync(Table, cancel);
        Schema schema = await SchemaAsync(connection, cancel);
        PartitionSpec spec = PartitionText.Parse(Partition, schema);
        SortOrder order = SortText.Parse(SortOrder, schema);
        if (IfNotExists && await FindAsync(connection, name, cancel) is { } existing)
        {
            WriteObject(existing);
            return;
        }
        string? location = Location is null ? null : connection.Catalog.Stores.For(FullPath(Location)).Resolve(FullPath(Location));
        string? obstacle = connection.Catalog is not GlueCatalog ? "the catalog is no Glue catalog"
            : FormatVersion > GlueCatalog.AthenaFormatVersion || !order.Fields.IsEmpty ? "Athena makes tables of format version 2 without a sort order" : null;
        if (!Confirmed($"{name} ({schema.Fields.Length} columns, format {FormatVersion}) in {location ?? connection.Warehouse}", "Create table")) return;
        if (FormatVersion > GlueCatalog.AthenaFormatVersion && connection.Catalog is GlueCatalog)
            WriteWarning($"Amazon Athena works with tables of format version {GlueCatalog.AthenaFormatVersion} only; it will not be able to use {name}.");
        try
        {
            WriteObject(AthenaWork.IsAthena(Engine, obstacle, 0, connection, WriteVerbose)
                ? await CreateOnAthenaAsync(connection, name, schema, spec, location, cancel)
                : await CreateAsync(connection, name, schema, spec, order, location, cancel));
            RunspaceSession.Current.Completions.Clear();
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableExists && IfNotExists)
        {
            // Somebody else was faster.
            WriteObject(await FindAsync(connection, name, cancel));
        }
    }

    private async Task<IcebergTable> CreateAsync(
        IcebergCatalog connection, TableIdentifier name, Schema schema, PartitionSpec spec, SortOrder order, string? location, CancellationToken cancel)
    {
        LoadedTable created = await connection.Catalog.CreateTableAsync(name, location, place => TableMetadataFactory.Create(
            schema, spec, order, place, TextMap.Of(Property), FormatVersion, Guid.NewGuid(), DateTimeOffset.UtcNow), cancel);
        return Output(connection, name, CoreTable.Of(connection.Catalog, created));
    }

    /// <summary>Athena makes what it can; the rest of the properties is set after.</summary>
    private async Task<IcebergTable> CreateOnAthenaAsync(
        IcebergCatalog connection, TableIdentifier name, Schema schema, PartitionSpec spec, string? location, CancellationToken cancel)
    {
        var glue = (GlueCatalog)connection.Catalog;
        ImmutableSortedDictionary<string, string> properties = StringMap.Of(TextMap.Of(Property));
        string sql = AthenaCreateTable.Of(name, schema, spec, location ?? await glue.LocationOfNewAsync(name, cancel), properties);
        using ProgressMeter progress = StartProgress($"Creating {name} on Athena");
        using AthenaSession athena = connection.OpenAthena(Log, AthenaWork.Reporter(progress));
        await athena.RunAsync(new AthenaStatement(sql) { Purpose = $"creation of {name}" }, cancel);
        CoreTable table = await CoreTable.LoadAsync(glue, name, cancel);
        ImmutableSortedDictionary<string, string> rest = StringMap.Of(properties.Where(p => !AthenaCreateTable.Properties.Contains(p.Key)));
        return Output(connection, name, rest.IsEmpty ? table : (await table.CommitAsync(new UpdateProperties { Set = rest }, cancel)).Table);
    }

    private static IcebergTable Output(IcebergCatalog connection, TableIdentifier name, CoreTable table) =>
        new(new OpenTable(new TableArgument(name.ToString()) { Connection = connection }, table));

    private async Task<Schema> SchemaAsync(IcebergCatalog connection, CancellationToken cancel)
    {
        object given = Schema is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : Schema;
        Schema schema = SchemaArgument.Table(given) is { } other
            ? (await OpenAsync(other with { Connection = other.Connection ?? connection }, cancel)).Metadata.CurrentSchema
            : SchemaArgument.Parse(given);
        schema = RawColumns.WithoutRow(schema);
        return IdentifierColumn.Length == 0 ? schema : SchemaArgument.Identify(schema, IdentifierColumn);
    }

    private static async Task<IcebergTable?> FindAsync(IcebergCatalog connection, TableIdentifier name, CancellationToken cancel)
    {
        try
        {
            return new IcebergTable(await OpenTable.NamedAsync(connection, name, cancel));
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.TableNotFound)
        {
            return null;
        }
    }
}
