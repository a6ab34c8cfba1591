using System.Collections;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Changes a table: its columns, partitioning, sort order, properties or format version.</summary>
/// <remarks>
/// <para>All changes of one call are one commit. Data files stay as they are: old rows are read under the new columns, and new files follow the new partitioning.
/// -WhatIf lists the changes.</para>
/// <para>Columns are named as they are before the call, in full inside structs: address.city. -AddColumn, -MoveColumn, -IdentifierColumn,
/// -AddPartition and -SortOrder name them as they are after it, so that a column can be added and used at once.</para>
/// <para>Types can only become wider: int to long, float to double, decimals with more digits before the point; in format version 3 also date to timestamp.</para>
/// </remarks>
/// <example>Add columns<code>Set-IcebergTable hr.employee -AddColumn 'city string', 'salary decimal(9,2) comment ''gross'' after surname'</code></example>
/// <example>Rename and widen<code>Set-IcebergTable hr.employee -RenameColumn @{ surname = 'last_name' } -WidenColumn @{ employee_id = 'long' }</code></example>
/// <example>Partition new files by day<code>Set-IcebergTable shop.orders -RemovePartition 'bucket(16, id)' -AddPartition 'day(ts)'</code></example>
/// <example>See what would change<code>Set-IcebergTable hr.employee -FormatVersion 3 -Property @{ 'write.merge.mode' = 'merge-on-read' } -WhatIf</code></example>
[Cmdlet(VerbsCommon.Set, "IcebergTable", SupportsShouldProcess = true, HelpUri = Help.Root + "Set-IcebergTable.md")]
[OutputType(typeof(IcebergTable))]
public sealed class SetIcebergTableCommand : CatalogCmdlet
{
    /// <summary>The tables: names such as hr.employee, with wildcards, or objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>Table properties to set, such as @{ 'write.merge.mode' = 'copy-on-write' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Property { get; set; }

    /// <summary>Names of table properties to remove.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public string[] RemoveProperty { get; set; } = [];

    /// <summary>What the table is for: its property comment. An empty text removes it.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>Columns to add, as in New-IcebergTable, perhaps with a place: 'city string', 'address.street string after city', 'id2 long first'.
    /// In format version 3 also with a default: 'state string default ''new'''.</summary>
    [Parameter]
    public string[] AddColumn { get; set; } = [];

    /// <summary>Columns to rename, old names and new ones: @{ surname = 'last_name'; 'address.street' = 'road' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? RenameColumn { get; set; }

    /// <summary>Columns to remove. Older snapshots still have them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] RemoveColumn { get; set; } = [];

    /// <summary>Columns that get a wider type, with that type: @{ id = 'long'; total = 'decimal(18,2)' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? WidenColumn { get; set; }

    /// <summary>Columns to move, with their new places: @{ city = 'after surname'; id = 'first' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? MoveColumn { get; set; }

    /// <summary>Required columns that may hold NULL from now on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] MakeOptional { get; set; } = [];

    /// <summary>Comments of columns: @{ total = 'net, in EUR' }. An empty text removes the comment.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? ColumnDoc { get; set; }

    /// <summary>Columns that identify a row, all of them: the key that merges take when they are given none. They must be NOT NULL. @() takes them back.</summary>
    [Parameter]
    [AllowEmptyCollection, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[]? IdentifierColumn { get; set; }

    /// <summary>Partition fields to add: columns, or year, month, day, hour, bucket(n, column) or truncate(n, column) of them.</summary>
    [Parameter]
    public string[] AddPartition { get; set; } = [];

    /// <summary>Partition fields to remove: their names, or what they are made of.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartitionCompleter))]
    public string[] RemovePartition { get; set; } = [];

    /// <summary>Order of rows within new data files: columns, perhaps with DESC, NULLS FIRST or NULLS LAST. @() takes the order away.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? SortOrder { get; set; }

    /// <summary>Version of the Iceberg format to upgrade to. There is no way back; Amazon Athena works with 2 only.</summary>
    [Parameter]
    [ValidateSet("1", "2", "3")]
    public int? FormatVersion { get; set; }

    /// <summary>Upgrades a table of a Glue catalog to a format that Amazon Athena cannot use.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool FailsPerItem => false;

    protected override Task ProcessRecordAsync(CancellationToken cancel) => ForEachTableAsync(Table, ChangeAsync, cancel);

    private async Task ChangeAsync(OpenTable table, CancellationToken cancel)
    {
        ChangeTable change = Change();
        TableDifference difference = TableDifference.Of(table.Metadata, change);
        if (difference.Changes.IsEmpty)
        {
            WriteVerbose($"{table.Name} is so already.");
            WriteObject(new IcebergTable(table));
            return;
        }
        CheckAthena(table);
        foreach (string warning in difference.Warnings) WriteWarning($"{table.Name}: {warning}");
        if (!Confirmed($"{table.Name}: {string.Join("; ", difference.Changes)}", "Change table")) return;
        CommitResult result = await table.Table.CommitAsync(change, cancel);
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new IcebergTable(table with { Table = result.Table }));
    }

    /// <summary>Tables of Glue stay as Athena can use them, unless the user insists.</summary>
    private void CheckAthena(OpenTable table)
    {
        if (FormatVersion is not > GlueCatalog.AthenaFormatVersion || table.Table.Catalog is not GlueCatalog) return;
        string what = $"Amazon Athena works with tables of format version {GlueCatalog.AthenaFormatVersion} only; it will not be able to use {table.Name} any more";
        if (!Force) throw IcebergException.Invalid($"{what}, and there is no way back. Upgrade it with -Force if nobody needs that.");
        WriteWarning($"{what}.");
    }

    private ChangeTable Change()
    {
        bool hasDescription = Description is not null;
        return new ChangeTable
        {
            FormatVersion = FormatVersion,
            Columns = ColumnChanges.Of(this),
            RemovedPartitions = [.. RemovePartition],
            AddedPartitions = [.. AddPartition],
            SortOrder = SortOrder is null ? null : [.. SortOrder],
            Properties = new UpdateProperties
            {
                Set = hasDescription && Description!.Length > 0
                    ? TextMap.Of(Property).SetItem(DescriptionProperty, Description) : TextMap.Of(Property),
                Remove = hasDescription && Description!.Length == 0 ? [.. RemoveProperty, DescriptionProperty] : [.. RemoveProperty],
            },
        };
    }

    private const string DescriptionProperty = "comment";
}
