using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using CorePlan = DeltaTools.Core.Merge.MergePlan;
using CoreSummary = DeltaTools.Core.Merge.MergeSummary;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Brings a report table to a report date: the newest row of each key that was received up to then, in one commit.</summary>
/// <remarks>
/// <para>What the report table holds depends only on the deltas received up to the report date, never on the order or number of imports and merges. A merge that
/// is run twice, or on a day without deltas, changes nothing and makes no snapshot.</para>
/// <para>Of each key the newest row wins: by date received, then by -OrderBy, then by arrival. A tombstone deletes; of a key that is not there it is ignored.
/// A row is updated only when a column differs, NULL and NaN compared as values. The rest is inserted.</para>
/// <para>A report date before the one that the table stands at is refused, since it would give a state that never was; -Rebuild replays the raw table to it.
/// Rows that come late, for a date that was merged already, are found and take their place.</para>
/// <para>Only what is new in the raw table is read, and only files of the report table that can hold one of its keys.</para>
/// <para>When another writer changes the table meanwhile, the merge is planned anew. The counts are in the result and in the snapshot's summary.</para>
/// </remarks>
/// <example>Merge a day<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01</code></example>
/// <example>Keep every version of a row<code>Invoke-IcebergMerge hr.employee_history -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-03 -Mode Scd2</code></example>
/// <example>See what would happen<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -WhatIf</code></example>
/// <example>The same as an object<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -AsPlan</code></example>
[Cmdlet(VerbsLifecycle.Invoke, "IcebergMerge", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = Help.Root + "Invoke-IcebergMerge.md")]
[OutputType(typeof(MergeSummary))]
public sealed class InvokeIcebergMergeCommand : CatalogCmdlet
{
    /// <summary>The report table, such as hr.employee.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The raw table that Import-Delta appends to.</summary>
    [Parameter(Mandatory = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Source { get; set; } = null!;

    /// <summary>The columns that identify a row.</summary>
    /// <value>the report table's identifier fields, else the key of its last merge</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Rows received up to and on this date count.</summary>
    [Parameter(Mandatory = true)]
    [DateTransformation]
    public DateOnly ReportDate { get; set; }

    /// <summary>Columns of the raw table that decide between rows of one key and date: the greatest wins.</summary>
    /// <value>the row that arrived last wins</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] OrderBy { get; set; } = [];

    /// <summary>The columns that updates compare and set.</summary>
    /// <value>all that both tables have, except keys and audit columns</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] UpdateColumn { get; set; } = [];

    /// <summary>Column of the raw table that flags deleted rows: a boolean, 1 and 0, Y and N, true and false.</summary>
    /// <value>record_deleted, if there is one</value>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DeletedColumn { get; set; }

    /// <summary>The values of the flag that mean deleted; all others mean not deleted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] DeletedValue { get; set; } = [];

    /// <summary>Column of the report table that takes the date of insertion.</summary>
    /// <value>record_created, if there is one</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? CreatedColumn { get; set; }

    /// <summary>Column of the report table that takes the date of the last change.</summary>
    /// <value>record_last_updated, if there is one</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? UpdatedColumn { get; set; }

    /// <summary>What becomes of rows that change or are deleted. Upsert: they are updated and deleted. SoftDelete: a deleted row stays, with the date in -DeletedAtColumn
    /// and the values it had; it is cleared when the key returns. Scd2: every version of a row stays, with the days it was valid in -ValidFromColumn (inclusive) and
    /// -ValidToColumn (exclusive, NULL in the current version) and a flag in -IsCurrentColumn; a tombstone ends the version. InsertOnly: the first row of a key stays as
    /// it was. A table is merged in one mode; to change it, use -Rebuild.</summary>
    /// <value>the mode of the table's last merge, else Upsert</value>
    [Parameter]
    public MergeMode? Mode { get; set; }

    /// <summary>With -Mode SoftDelete, the column of the report table that takes the date of deletion: the report date, or the date received with -AuditDate DateReceived.</summary>
    /// <value>deleted_at</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? DeletedAtColumn { get; set; }

    /// <summary>With -Mode Scd2, the column of the report table with a version's first day, always the date received.</summary>
    /// <value>valid_from</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? ValidFromColumn { get; set; }

    /// <summary>With -Mode Scd2, the column of the report table with the day from which on a version is no longer valid.</summary>
    /// <value>valid_to</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? ValidToColumn { get; set; }

    /// <summary>With -Mode Scd2, the boolean column of the report table that is true in the current version.</summary>
    /// <value>is_current</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? IsCurrentColumn { get; set; }

    /// <summary>Whether the columns with dates of insertion, change and deletion take the report date, or the dates that merging each date received would have given.</summary>
    /// <value>ReportDate</value>
    [Parameter]
    public AuditDate AuditDate { get; set; }

    /// <summary>What happens to rows with NULL in a key: an error that shows them, or they are left out and counted.</summary>
    /// <value>Error</value>
    [Parameter]
    public NullKeyRule NullKey { get; set; }

    /// <summary>Refuses a merge that would delete more than this share, in percent, of the rows that are there; rows deleted before and past versions do not count.</summary>
    /// <value>no limit</value>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? MaxDeletePercent { get; set; }

    /// <summary>What may be done about columns that the raw table has and the report table lacks.</summary>
    /// <value>None: a column that is new since the last merge is an error</value>
    [Parameter]
    public SchemaEvolution SchemaEvolution { get; set; }

    /// <summary>Replays the whole raw table up to the report date, which may be an earlier one; the report table then equals that replay.</summary>
    [Parameter]
    public SwitchParameter Rebuild { get; set; }

    /// <summary>The branch of the report table to merge to.</summary>
    /// <value>main</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Branch { get; set; } = SnapshotRef.Main;

    /// <summary>Writes the plan, a DeltaTools.MergePlan, instead of carrying it out.</summary>
    [Parameter]
    public SwitchParameter AsPlan { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        OpenTable source = await OpenAsync(Source.Connection is null ? Source with { Connection = Table.Connection } : Source, cancel);
        OpenTable target = await OpenAsync(Table, cancel);
        if (target.Table.Identifier is null) throw IcebergException.Invalid($"{target.Name} is opened by its path and can only be read. Register it in a catalog to merge to it.");
        MergeOptions options = Options();
        using DuckSession session = DuckSession.Open(target.Engine);
        await using IMergeEngine engine = new EmbeddedMerge(session, target.Table, source.Table, options) { Log = Log };
        CorePlan plan = await WithProgress($"Merging {target.Name}", "comparing", session, engine.PlanAsync(cancel));
        if (AsPlan)
        {
            WriteObject(new MergePlan(target.Source, plan, options));
            return;
        }
        if (!Confirmed($"{target.Name}: {Describe(plan)}", $"Merge {source.Name} as of {ReportDate:yyyy-MM-dd}")) return;
        CoreSummary summary = await WithProgress($"Merging {target.Name}", "writing", session, engine.ApplyAsync(cancel));
        RunspaceSession.Current.Completions.Clear();
        if (summary.Plan.NothingToDo is { } reason) WriteVerbose(reason);
        if (summary.Plan.Ties > 0)
            WriteWarning($"{ViewFormat.Count(summary.Plan.Ties)} keys have contradicting rows of one date in {source.Name}; the one that arrived last won. Name a column that decides with -OrderBy.");
        WriteObject(new MergeSummary(target.Source, summary, engine.Name));
    }

    private MergeOptions Options() => new()
    {
        ReportDate = ReportDate,
        Key = [.. Key],
        OrderBy = [.. OrderBy],
        UpdateColumn = [.. UpdateColumn],
        DeletedColumn = DeletedColumn,
        DeletedValue = [.. DeletedValue],
        CreatedColumn = CreatedColumn,
        UpdatedColumn = UpdatedColumn,
        AuditDate = AuditDate,
        Mode = Mode,
        DeletedAtColumn = DeletedAtColumn,
        ValidFromColumn = ValidFromColumn,
        ValidToColumn = ValidToColumn,
        IsCurrentColumn = IsCurrentColumn,
        NullKey = NullKey,
        MaxDeletePercent = MaxDeletePercent,
        SchemaEvolution = SchemaEvolution,
        Rebuild = Rebuild,
        Branch = Branch,
    };

    /// <summary>The plan in one line, as -WhatIf and -Confirm show it.</summary>
    private static string Describe(CorePlan plan)
    {
        if (plan.NothingToDo is { } reason) return $"nothing to do. {reason}";
        long rewritten = plan.Files.Count(f => f.Rewritten), bytes = plan.Files.Where(f => f.Rewritten).Sum(f => f.Bytes);
        return $"{Counted(plan.Inserted, "insert")}, {Counted(plan.Updated, "update")}, {Counted(plan.Deleted, "delete")} ({ViewFormat.Count(plan.Unchanged)} unchanged, "
            + $"{Counted(plan.IgnoredTombstones, "tombstone")} ignored); {Counted(plan.Files.Length, "file")} changed, {Counted(rewritten, "file")} rewritten ({ViewFormat.Bytes(bytes)})";
    }

    private static string Counted(long count, string what) => $"{ViewFormat.Count(count)} {what}{(count == 1 ? "" : "s")}";
}
