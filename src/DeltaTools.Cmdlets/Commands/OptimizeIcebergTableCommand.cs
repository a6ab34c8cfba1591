using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Rewrites the data files of tables that slow reading down: small ones are packed together, deletes applied.</summary>
/// <remarks>
/// <para>The rows stay the same. Rewritten are files that are much smaller or larger than the target size, that have many deleted rows, or that an older
/// partitioning made, when enough of them come together. When nothing is worth it, there is no snapshot, and Reason says why.</para>
/// <para>Rows are written by the table's sort order. -Sort and -ZOrder order all files anew. Raw tables keep the order in which rows arrived, since merges go by it.</para>
/// <para>Older snapshots still need the old files. Remove-IcebergSnapshot frees their space.</para>
/// <para>Other writers may go on meanwhile: when they change files that are being rewritten, these are planned anew, and nothing of theirs is lost.</para>
/// </remarks>
/// <example>One table<code>Optimize-IcebergTable hr.employee</code></example>
/// <example>All tables of a namespace, from two small files on<code>Optimize-IcebergTable hr.* -MinInputFiles 2</code></example>
/// <example>See what would be rewritten<code>(Optimize-IcebergTable shop.orders -Where "day = '2021-01-01'" -AsPlan).Groups</code></example>
/// <example>Order rows so that filters on either column read few files<code>Optimize-IcebergTable shop.orders -ZOrder customer_id, product_id</code></example>
/// <example>Pack the manifests of a table with many commits<code>Optimize-IcebergTable shop.orders -Manifest</code></example>
/// <example>On Athena, where a table of a Glue catalog is large<code>Optimize-IcebergTable shop.orders -Where "day >= '2021-01-01'" -Engine Athena</code></example>
[Cmdlet(VerbsCommon.Optimize, "IcebergTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = FileSet,
    HelpUri = Help.Root + "Optimize-IcebergTable.md")]
[OutputType(typeof(OptimizeSummary))]
public sealed class OptimizeIcebergTableCommand : CatalogCmdlet
{
    private const string FileSet = "Files";
    private const string ManifestSet = "Manifest";

    /// <summary>The tables: names such as hr.employee, with wildcards, or objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>Only files that may hold such rows: a condition as in Get-IcebergData -Filter, or a hashtable. The files are rewritten whole.</summary>
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNull]
    public object? Where { get; set; }

    /// <summary>Size of the new files, such as 256MB.</summary>
    /// <value>the table's property write.target-file-size-bytes, else 512 MB</value>
    [Parameter(ParameterSetName = FileSet)]
    [ByteSizeTransformation]
    public long? TargetFileSize { get; set; }

    /// <summary>How many small files of a partition make it worth packing them.</summary>
    /// <value>5</value>
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(1, int.MaxValue)]
    public int MinInputFiles { get; set; } = new CompactionOptions().MinInputFiles;

    /// <summary>Sorts all files by these columns, perhaps with DESC, NULLS FIRST or NULLS LAST.</summary>
    /// <value>the table's sort order, for files that are rewritten anyway</value>
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] Sort { get; set; } = [];

    /// <summary>Orders all files along a Z-curve over these columns, so that a filter on any one of them reads few files.</summary>
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[] ZOrder { get; set; } = [];

    /// <summary>Commits every 16 GB, so that a failure loses little; else there is one commit at the end.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter PartialProgress { get; set; }

    /// <summary>Packs the manifests, the lists of data files, and leaves the data files as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ManifestSet)]
    public SwitchParameter Manifest { get; set; }

    /// <summary>The branch to work on.</summary>
    /// <value>main</value>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RefCompleter))]
    public string Branch { get; set; } = SnapshotRef.Main;

    /// <summary>What rewrites: the embedded engine, Amazon Athena for tables of a Glue catalog, or Auto, which takes Athena when the tables are large.</summary>
    /// <value>Embedded</value>
    [Parameter]
    public QueryEngine Engine { get; set; } = QueryEngine.Embedded;

    /// <summary>Writes the plan, a DeltaTools.OptimizePlan, instead of carrying it out.</summary>
    [Parameter]
    public SwitchParameter AsPlan { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel) => ForEachTableAsync(Table, OptimizeAsync, cancel);

    private async Task OptimizeAsync(OpenTable table, CancellationToken cancel)
    {
        table.MustBeInCatalog("optimize it");
        string? obstacle = AthenaWork.Obstacle(table.Table) ?? (Manifest || AsPlan || Sort.Length + ZOrder.Length > 0 || Branch != SnapshotRef.Main
            ? "-Manifest, -AsPlan, -Sort, -ZOrder and -Branch are done by the embedded engine only" : null);
        long size = AthenaWork.SizeOf(table.Metadata, table.Metadata.CurrentSnapshot);
        if (AthenaWork.IsAthena(Engine, obstacle, size, table.Source.Connection, WriteVerbose)) await AthenaAsync(table, cancel);
        else await (Manifest ? ManifestsAsync(table, cancel) : FilesAsync(table, cancel));
    }

    private async Task AthenaAsync(OpenTable table, CancellationToken cancel)
    {
        if (!Confirmed($"{table.Name}, {ViewFormat.Bytes(AthenaWork.SizeOf(table.Metadata, table.Metadata.CurrentSnapshot))}", "Optimize on Athena")) return;
        using ProgressMeter progress = StartProgress($"Optimizing {table.Name} on Athena");
        using AthenaSession athena = table.Source.Connection!.OpenAthena(Log, AthenaWork.Reporter(progress));
        AthenaMaintenanceResult result = await new AthenaMaintenance(athena, table.Table) { Warn = Warn }.OptimizeAsync(RowCondition.Of(Where, nameof(Where)), cancel);
        Write(new OptimizeSummary(table.Source, result));
    }

    private async Task FilesAsync(OpenTable table, CancellationToken cancel)
    {
        using DuckSession session = DuckSession.Open(table.Engine);
        using ProgressMeter progress = StartProgress($"Optimizing {table.Name}");
        var compaction = new Compaction(session, table.Table, Options())
        {
            Log = Log,
            Progress = (done, total) => progress.Report($"{ViewFormat.Bytes(done)} of {ViewFormat.Bytes(total)} rewritten", (double)done / Math.Max(1, total)),
        };
        CompactionPlan plan = await compaction.PlanAsync(cancel);
        if (AsPlan)
        {
            WriteObject(new OptimizePlan(table.Source, plan, table.Metadata));
            return;
        }
        if (!Confirmed($"{table.Name}: {Describe(plan)}", "Rewrite data files")) return;
        CompactionResult result = await compaction.RunAsync(cancel);
        Write(new OptimizeSummary(table.Source, result));
    }

    private async Task ManifestsAsync(OpenTable table, CancellationToken cancel)
    {
        var compaction = new ManifestCompaction(table.Table, Branch);
        ManifestPlan plan = await compaction.PlanAsync(cancel);
        if (AsPlan)
        {
            WriteObject(new OptimizePlan(table.Source, plan));
            return;
        }
        string target = plan.NothingToDo is { } reason ? $"nothing to do. {reason}"
            : $"{plan.Rewritten} of {plan.Total} manifests ({ViewFormat.Bytes(plan.Bytes)}) become {plan.Expected}";
        if (!Confirmed($"{table.Name}: {target}", "Rewrite manifests")) return;
        Write(new OptimizeSummary(table.Source, await compaction.RunAsync(cancel)));
    }

    private void Write(OptimizeSummary summary)
    {
        RunspaceSession.Current.Completions.Clear();
        if (summary.Reason is { } reason) WriteVerbose($"{summary.Table}: {reason}");
        WriteObject(summary);
    }

    private CompactionOptions Options() => new()
    {
        Branch = Branch,
        Filter = RowCondition.Of(Where, nameof(Where)),
        TargetFileSize = TargetFileSize,
        MinInputFiles = MinInputFiles,
        Sort = [.. Sort],
        ZOrder = [.. ZOrder],
        PartialProgress = PartialProgress,
    };

    /// <summary>The plan in one line, as -WhatIf and -Confirm show it.</summary>
    private static string Describe(CompactionPlan plan) => plan.NothingToDo is { } reason ? $"nothing to do. {reason}"
        : $"{ViewFormat.Count(plan.InputFiles)} of {ViewFormat.Count(plan.TotalFiles)} data files ({ViewFormat.Bytes(plan.InputBytes)}) become about "
            + $"{ViewFormat.Count(plan.ExpectedFiles)}, {ViewFormat.Count(plan.DeleteFiles)} delete files go";
}
