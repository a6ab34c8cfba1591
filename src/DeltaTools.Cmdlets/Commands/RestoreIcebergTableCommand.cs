using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using CoreTable = DeltaTools.Core.Tables.IcebergTable;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Makes an earlier snapshot of a table the current one again.</summary>
/// <remarks>
/// <para>No data is rewritten and no snapshot is lost, so that a restore can be taken back by another one, for as long as the snapshots are not expired.</para>
/// <para>Of a report table the report date follows: the next merge goes on from the date that the restored snapshot stands at. Of a raw table the
/// imports follow: what came after can be imported again. A report table that was merged from it meanwhile must be made anew with Invoke-IcebergMerge -Rebuild.</para>
/// <para>Columns, partitioning and properties stay as they are now.</para>
/// </remarks>
/// <example>As the table was last night<code>Restore-IcebergTable hr.employee -AsOf '2023-06-08 16:26:05Z'</code></example>
/// <example>The snapshot before the current one, in a pipeline step<code>@(Get-IcebergHistory hr.employee)[1] | Restore-IcebergTable -Force</code></example>
/// <example>What a tag names<code>Restore-IcebergTable hr.employee -Ref eoy-2023 -WhatIf</code></example>
[Cmdlet(VerbsData.Restore, "IcebergTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = SnapshotSet,
    HelpUri = Help.Root + "Restore-IcebergTable.md")]
[OutputType(typeof(IcebergSnapshot))]
public sealed class RestoreIcebergTableCommand : CatalogCmdlet
{
    private const string SnapshotSet = "Snapshot";
    private const string TimeSet = "Time";
    private const string RefSet = "Ref";

    /// <summary>The table: a name such as hr.employee, or an object with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>Id of the snapshot.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public long SnapshotId { get; set; }

    /// <summary>The snapshot that was current at this time, by the table's history. Without an offset the time is local.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TimeSet)]
    [InstantTransformation]
    public DateTimeOffset AsOf { get; set; }

    /// <summary>The snapshot of this branch or tag.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Ref { get; set; } = "";

    /// <summary>The branch to restore.</summary>
    /// <value>main</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Branch { get; set; } = SnapshotRef.Main;

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable table = await OpenAsync(Table, cancel);
        table.MustBeInCatalog("restore it");
        Snapshot wanted = Selected(table.Metadata);
        Snapshot? current = SnapshotSelection.ByRef(table.Metadata, Branch).Snapshot;
        if (current?.SnapshotId == wanted.SnapshotId) WriteVerbose($"{table.Name} stands at snapshot {wanted.SnapshotId} already.");
        else
        {
            string rows = $"{ViewFormat.Count(RowTotals.Of(current)) ?? "?"} rows become {ViewFormat.Count(RowTotals.Of(wanted)) ?? "?"}";
            string branch = Branch == SnapshotRef.Main ? "" : $"{Branch} of ";
            if (!Confirmed($"{branch}{table.Name} ({rows})", $"Restore snapshot {wanted.SnapshotId} of {ViewFormat.Time(wanted.Timestamp)}", Force)) return;
            CoreTable restored = (await RestoreTo.RunAsync(table.Table, wanted.SnapshotId, Branch, cancel)).Table;
            RunspaceSession.Current.Completions.Clear();
            table = table with { Table = restored };
        }
        WriteObject(new IcebergSnapshot(table, wanted));
    }

    private Snapshot Selected(TableMetadata metadata) => ParameterSetName switch
    {
        TimeSet => SnapshotSelection.AsOf(metadata, AsOf).Snapshot,
        RefSet => SnapshotSelection.ByRef(metadata, Ref).Snapshot ?? throw IcebergException.Invalid("The table has no snapshot yet."),
        _ => SnapshotSelection.ById(metadata, SnapshotId).Snapshot,
    };
}
