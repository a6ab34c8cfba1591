using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Athena;
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
/// <para>Table property write.merge.mode says how rows leave a data file: copy-on-write writes the file anew, merge-on-read marks them in a delete file (v2) or a
/// deletion vector (v3). Without the property each file is judged by itself: one of whose rows at least 30 % change is written anew. And so that a merge a day does
/// not leave a small file a day in each partition, the smallest data file of a partition that gets rows is written anew with them when that is cheap: when it is at most
/// 1 MiB, or at most 4 times as large as the new rows, and less than half of write.target-file-size-bytes.</para>
/// <para>On Amazon Athena the rows stay where they are. Arrival is not visible there, so rows of one key and date that contradict each other need -OrderBy. More than 100 partitions take several statements, which readers may see a part of; a warning says so. A merge whose end is not known is finished by running it again.</para>
/// <para>When another writer changes the table meanwhile, the merge is planned anew. The counts are in the result and in the snapshot's summary.</para>
/// </remarks>
/// <example>Merge a day<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01</code></example>
/// <example>Keep every version of a row<code>Invoke-IcebergMerge hr.employee_history -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-03 -Mode Scd2</code></example>
/// <example>See what would happen<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -WhatIf</code></example>
/// <example>Look at what would happen, and carry out exactly that<code>$plan = Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -AsPlan
/// $plan.Sample
/// Invoke-IcebergMerge -Plan $plan</code></example>
/// <example>Catch up with a month, one snapshot a day<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -ReportDate 2021-01-01..2021-01-31</code></example>
/// <example>On Athena: what it would do and what it costs<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -Engine Athena -WhatIf
/// (Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -Engine Athena).EstimatedCost</code></example>
/// <example>Publish only what passes checks<code>Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -ReportDate 2021-01-02 -RequireNotNull surname -MaxRowChangePercent 10 -Check { param($plan)
///     $plan.Deleted -lt 100 }</code></example>
[Cmdlet(VerbsLifecycle.Invoke, "IcebergMerge", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = MergeSet, HelpUri = Help.Root + "Invoke-IcebergMerge.md")]
[OutputType(typeof(MergeSummary))]
public sealed class InvokeIcebergMergeCommand : CatalogCmdlet
{
    private const string MergeSet = "Merge";
    private const string PlanSet = "Plan";

    /// <summary>The report table, such as hr.employee.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = MergeSet)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Table { get; set; } = null!;

    /// <summary>The raw table that Import-Delta appends to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MergeSet)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument Source { get; set; } = null!;

    /// <summary>The columns that identify a row.</summary>
    /// <value>the report table's identifier fields, else the key of its last merge</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Rows received up to and on this date count. Several dates, or a range such as 2021-01-01..2021-01-31, are merged in their order, each in a commit of its
    /// own; a date for which nothing new was received makes none. -WhatIf counts each from the table as it is now.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MergeSet)]
    [ReportDatesTransformation, ValidateNotNullOrEmpty]
    public DateOnly[] ReportDate { get; set; } = [];

    /// <summary>Columns of the raw table that decide between rows of one key and date: the greatest wins.</summary>
    /// <value>the row that arrived last wins</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty]
    public string[] OrderBy { get; set; } = [];

    /// <summary>The columns that updates compare and set.</summary>
    /// <value>all that both tables have, except keys and audit columns</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] UpdateColumn { get; set; } = [];

    /// <summary>Column of the raw table that flags deleted rows: a boolean, 1 and 0, Y and N, true and false.</summary>
    /// <value>record_deleted, if there is one</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty]
    public string? DeletedColumn { get; set; }

    /// <summary>The values of the flag that mean deleted; all others mean not deleted.</summary>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty]
    public string[] DeletedValue { get; set; } = [];

    /// <summary>Column of the report table that takes the date of insertion.</summary>
    /// <value>record_created, if there is one</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? CreatedColumn { get; set; }

    /// <summary>Column of the report table that takes the date of the last change.</summary>
    /// <value>record_last_updated, if there is one</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? UpdatedColumn { get; set; }

    /// <summary>What becomes of rows that change or are deleted. Upsert: they are updated and deleted. SoftDelete: a deleted row stays, with the date in -DeletedAtColumn
    /// and the values it had; it is cleared when the key returns. Scd2: every version of a row stays, with the days it was valid in -ValidFromColumn (inclusive) and
    /// -ValidToColumn (exclusive, NULL in the current version) and a flag in -IsCurrentColumn; a tombstone ends the version. InsertOnly: the first row of a key stays as
    /// it was. A table is merged in one mode; to change it, use -Rebuild.</summary>
    /// <value>the mode of the table's last merge, else Upsert</value>
    [Parameter(ParameterSetName = MergeSet)]
    public MergeMode? Mode { get; set; }

    /// <summary>With -Mode SoftDelete, the column of the report table that takes the date of deletion: the report date, or the date received with -AuditDate DateReceived.</summary>
    /// <value>deleted_at</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? DeletedAtColumn { get; set; }

    /// <summary>With -Mode Scd2, the column of the report table with a version's first day, always the date received.</summary>
    /// <value>valid_from</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? ValidFromColumn { get; set; }

    /// <summary>With -Mode Scd2, the column of the report table with the day from which on a version is no longer valid.</summary>
    /// <value>valid_to</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? ValidToColumn { get; set; }

    /// <summary>With -Mode Scd2, the boolean column of the report table that is true in the current version.</summary>
    /// <value>is_current</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? IsCurrentColumn { get; set; }

    /// <summary>Whether the columns with dates of insertion, change and deletion take the report date, or the dates that merging each date received would have given.</summary>
    /// <value>ReportDate</value>
    [Parameter(ParameterSetName = MergeSet)]
    public AuditDate AuditDate { get; set; }

    /// <summary>What happens to rows with NULL in a key: an error that shows them, or they are left out and counted.</summary>
    /// <value>Error</value>
    [Parameter(ParameterSetName = MergeSet)]
    public NullKeyRule NullKey { get; set; }

    /// <summary>Refuses a merge that would delete more than this share, in percent, of the rows that are there; rows deleted before and past versions do not count.</summary>
    /// <value>no limit</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateRange(0.0, 100.0)]
    public double? MaxDeletePercent { get; set; }

    /// <summary>What may be done about columns that the raw table has and the report table lacks.</summary>
    /// <value>None: a column that is new since the last merge is an error</value>
    [Parameter(ParameterSetName = MergeSet)]
    public SchemaEvolution SchemaEvolution { get; set; }

    /// <summary>Replays the whole raw table up to the report date, which may be an earlier one; the report table then equals that replay.</summary>
    [Parameter(ParameterSetName = MergeSet)]
    public SwitchParameter Rebuild { get; set; }

    /// <summary>The branch of the report table to merge to.</summary>
    /// <value>main</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Branch { get; set; } = SnapshotRef.Main;

    /// <summary>What merges: the embedded engine, Amazon Athena for tables of a Glue catalog, or Auto, which takes Athena when the tables are large.</summary>
    /// <value>Auto</value>
    [Parameter]
    public QueryEngine Engine { get; set; }

    /// <summary>Columns that must not be NULL in the result. With this or another check the merge goes to a branch of its own first, and is published only when the
    /// result passes; else the error names that branch, which is kept for a week, and columns that the merge added are taken back. Rows marked as deleted and
    /// past versions are not looked at.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] RequireNotNull { get; set; } = [];

    /// <summary>Columns whose values must differ from row to row in the result; a set of columns as 'first, second'. NULL does not count.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] RequireUnique { get; set; } = [];

    /// <summary>How far the merge may change the number of rows, up or down, in percent. The first rows of an empty table are not held to it.</summary>
    /// <value>no limit</value>
    [Parameter]
    [ValidateRange(0.0, double.MaxValue)]
    public double? MaxRowChangePercent { get; set; }

    /// <summary>Checks the result before it is published; fails by an error or by $false. It gets the plan, whose AuditBranch can be read with Get-IcebergData -Ref.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Check { get; set; }

    /// <summary>Examples of each kind of change that plans show, with the values before and after.</summary>
    /// <value>5</value>
    [Parameter(ParameterSetName = MergeSet)]
    [ValidateRange(0, 10_000)]
    public int SampleSize { get; set; } = 5;

    /// <summary>A plan that -AsPlan made. Exactly that is carried out; by the engine that made it; when the report table or the raw table has changed since, it is refused.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PlanSet)]
    [ValidateNotNull]
    public MergePlan? Plan { get; set; }

    /// <summary>Writes the plan, a DeltaTools.MergePlan, instead of carrying it out.</summary>
    [Parameter(ParameterSetName = MergeSet)]
    public SwitchParameter AsPlan { get; set; }

    private protected override bool FailsPerItem => false;

    protected override async Task ProcessRecordAsync(CancellationToken cancel)
    {
        if (Plan is { } approved)
        {
            TableArgument table = approved.Origin, raw = new(approved.Source) { Connection = table.Connection };
            if (Engine != QueryEngine.Auto && Engine != approved.Engine)
                throw IcebergException.Invalid($"The plan was made by engine {approved.Engine}, which carries it out too. Leave out -Engine, or make a plan with -Engine {Engine}.");
            await MergeAsync(table, raw, approved.Options with { Approved = approved.Plan }, approved.Engine, cancel);
            return;
        }
        if (AsPlan && ReportDate.Length > 1)
            throw IcebergException.Invalid("A plan is about one report date: the plans of later ones would rest on merges that were not carried out. Name one date with -AsPlan.");
        foreach (DateOnly date in ReportDate) await MergeAsync(Table, Source, Options(date), Engine, cancel);
    }

    private async Task MergeAsync(TableArgument table, TableArgument raw, MergeOptions options, QueryEngine asked, CancellationToken cancel)
    {
        OpenTable source = await OpenAsync(raw.Connection is null ? raw with { Connection = table.Connection } : raw, cancel);
        OpenTable target = await OpenAsync(table, cancel);
        target.MustBeInCatalog("merge to it");
        long size = AthenaWork.SizeOf(target.Metadata, target.Metadata.CurrentSnapshot) + AthenaWork.SizeOf(source.Metadata, source.Metadata.CurrentSnapshot);
        MergeChecks checks = Checks(target.Source, options);
        string? obstacle = AthenaMerge.Obstacle(target.Table, source.Table, options) ?? (checks.IsEmpty ? null : "results are checked before they are published by the embedded engine only");
        if (AthenaWork.IsAthena(asked, obstacle, size, target.Source.Connection, WriteVerbose))
        {
            using ProgressMeter progress = StartProgress($"Merging {target.Name} on Athena");
            using AthenaSession athena = target.Source.Connection!.OpenAthena(Log, AthenaWork.Reporter(progress));
            await using var merge = new AthenaMerge(athena, target.Table, source.Table, options) { Log = Log, Warn = Warn };
            await MergeAsync(merge, target, source, options, null, cancel);
            return;
        }
        using DuckSession session = DuckSession.Open(target.Engine);
        await using IMergeEngine engine = checks.IsEmpty
            ? new EmbeddedMerge(session, target.Table, source.Table, options) { Log = Log }
            : new AuditedMerge(session, target.Table, source.Table, options, checks) { Log = Log };
        await MergeAsync(engine, target, source, options, session, cancel);
    }

    private async Task MergeAsync(
        IMergeEngine engine, OpenTable target, OpenTable source, MergeOptions options, DuckSession? session, CancellationToken cancel)
    {
        CorePlan plan = await Watched("comparing", engine.PlanAsync(cancel));
        if (plan.OtherSource is { } other)
            WriteWarning($"{target.Name} was merged from {other} so far. Rows that {source.Name} does not have stay in it; -Rebuild makes it from {source.Name} alone.");
        if (AsPlan)
        {
            WriteObject(new MergePlan(target.Source, plan, options, session is null ? QueryEngine.Athena : QueryEngine.Embedded));
            return;
        }
        // What the merges before would have changed is counted again, since they are not carried out.
        string asItIs = IsWhatIf && ReportDate.Length > 1 && options.ReportDate != ReportDate[0] ? " as it is now, without the merges before" : "";
        if (!Confirmed($"{target.Name}{asItIs}: {PlanText.Of(plan, withFiles: session is not null)}", $"Merge {source.Name} as of {options.ReportDate:yyyy-MM-dd}")) return;
        CoreSummary summary = await Watched("writing", engine.ApplyAsync(cancel));
        RunspaceSession.Current.Completions.Clear();
        if (summary.Plan.NothingToDo is { } reason) WriteVerbose(reason);
        if (summary.Plan.Ties > 0)
            WriteWarning($"{ViewFormat.Count(summary.Plan.Ties)} keys have contradicting rows of one date in {source.Name}; the one that arrived last won. Name a column that decides with -OrderBy.");
        WriteObject(new MergeSummary(target.Source, summary, engine.Name));

        // Athena's queries report by themselves.
        Task<T> Watched<T>(string status, Task<T> work) => session is null ? work : WithProgress($"Merging {target.Name}", status, session, work);
    }

    private MergeChecks Checks(TableArgument table, MergeOptions options) => new()
    {
        NotNull = [.. RequireNotNull],
        Unique = [.. RequireUnique.Select(u => u.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToImmutableArray())],
        MaxRowChangePercent = MaxRowChangePercent,
        Custom = Check is not { } check ? null : (plan, branch, _) => OnPipelineThread(() => Judge(check, new MergePlan(table, plan, options, QueryEngine.Embedded) { AuditBranch = branch })),
    };

    /// <summary>What the user's check has against the plan, or null: it fails by an error or by $false.</summary>
    private static string? Judge(ScriptBlock check, MergePlan plan)
    {
        try
        {
            // An error that does not end the script would else count as passed.
            List<PSVariable> stop = [new("ErrorActionPreference", ActionPreference.Stop)];
            return check.InvokeWithContext(null, stop, plan).Any(o => o?.BaseObject is false) ? $"-Check {{{check.ToString().Trim()}}} gave False" : null;
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            return $"-Check: {(e.InnerException ?? e).Message}";
        }
    }

    private MergeOptions Options(DateOnly date) => new()
    {
        ReportDate = date,
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
        SampleSize = SampleSize,
    };
}
