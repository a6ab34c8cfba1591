using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Takes one merge of a report table back, and keeps what came after it.</summary>
/// <remarks>
/// <para>Rows that the merge inserted are removed, rows that it changed or deleted are as they were. That is a new snapshot; nothing of the history is lost.</para>
/// <para>It is refused when later commits changed rows of the same keys; the error lists the keys. Restore-IcebergTable goes back to an earlier state with all rows.</para>
/// <para>The table stands where it stood before the merge. The delta rows are still in the raw table, so the next merge to the same date brings them again.</para>
/// </remarks>
/// <example>Take the last merge back<code>Undo-IcebergMerge hr.employee</code></example>
/// <example>See what would be taken back<code>Undo-IcebergMerge hr.employee -SnapshotId 5781947118336215154 -WhatIf</code></example>
[Cmdlet(VerbsCommon.Undo, "IcebergMerge", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = Help.Root + "Undo-IcebergMerge.md")]
[OutputType(typeof(MergeUndone))]
public sealed class UndoIcebergMergeCommand : CatalogCmdlet
{
    /// <summary>The report table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The snapshot that the merge made.</summary>
    /// <value>the last merge</value>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public long? SnapshotId { get; set; }

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable table = await OpenAsync(Table, cancel);
        table.MustBeInCatalog("change it");
        using DuckSession session = DuckSession.Open(table.Engine);
        var undo = new MergeUndo(session, table.Table);
        await using UndoPlan plan = await WithProgress($"Comparing {table.Name}", "what the merge changed", session, undo.PlanAsync(SnapshotId, cancel));
        string what = $"{table.Name}: {ViewFormat.Count(plan.Counts.Inserted)} rows removed, {ViewFormat.Count(plan.Counts.Updated)} as before, {ViewFormat.Count(plan.Counts.Deleted)} restored";
        if (!Confirmed(what, $"Undo the merge to {ViewFormat.Date(ReportDates.Of(plan.Merge))} (snapshot {plan.Merge.SnapshotId})", Force)) return;
        Snapshot snapshot = await WithProgress($"Undoing a merge of {table.Name}", "writing", session, undo.ApplyAsync(plan, cancel));
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new MergeUndone(table.Source, plan, snapshot));
    }
}
