using System.Collections.Immutable;
using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Expires old snapshots, and deletes the files that only they needed.</summary>
/// <remarks>
/// <para>Without -SnapshotId the old ones go: those made before -OlderThan, but of every branch the newest -RetainLast stay. Snapshots of branches
/// and tags always stay, until the branch or tag is older than its own limit.</para>
/// <para>Current data is not touched, nor is what imports and merges remember: files stay imported, and merges go on where they are. What is lost is
/// reading the table as it was then, and going back to it.</para>
/// <para>Files are deleted after the snapshots are gone from the table, never before. A table with the property gc.enabled = false is refused.</para>
/// </remarks>
/// <example>All that is older than the table's own limit, 5 days when it says nothing<code>Remove-IcebergSnapshot hr.employee</code></example>
/// <example>Older than a month, in a pipeline step<code>Remove-IcebergSnapshot hr.* -OlderThan 30d -RetainLast 10 -Force</code></example>
/// <example>Chosen ones<code>Get-IcebergSnapshot hr.employee | Where-Object Operation -eq replace | Remove-IcebergSnapshot -WhatIf</code></example>
/// <example>How much space it would free<code>(Remove-IcebergSnapshot hr.employee -OlderThan 7d -AsPlan).Size</code></example>
/// <example>With VACUUM on Athena<code>Remove-IcebergSnapshot hr.employee -Engine Athena -Force</code></example>
[Cmdlet(VerbsCommon.Remove, "IcebergSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = AgeSet,
    HelpUri = Help.Root + "Remove-IcebergSnapshot.md")]
[OutputType(typeof(ExpireSummary))]
public sealed class RemoveIcebergSnapshotCommand : CatalogCmdlet
{
    private const string AgeSet = "Age";
    private const string SnapshotSet = "Snapshot";

    /// <summary>Snapshots from the pipeline, so that those of one table go in one commit.</summary>
    private readonly Dictionary<TableArgument, List<long>> _named = [];

    /// <summary>The tables: names such as hr.employee, with wildcards, or objects with a property Table.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter)), SupportsWildcards]
    public TableArgument[] Table { get; set; } = [];

    /// <summary>Ids of the snapshots to expire, whatever their age.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public long[] SnapshotId { get; set; } = [];

    /// <summary>Snapshots made before this time go: a time, or an age such as 7d.</summary>
    /// <value>the table's property history.expire.max-snapshot-age-ms, else 5 days</value>
    [Parameter(ParameterSetName = AgeSet)]
    [InstantTransformation(AllowAge = true)]
    public DateTimeOffset? OlderThan { get; set; }

    /// <summary>Newest snapshots of a branch that stay, however old they are.</summary>
    /// <value>the table's property history.expire.min-snapshots-to-keep, else 1</value>
    [Parameter(ParameterSetName = AgeSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? RetainLast { get; set; }

    /// <summary>What expires: the embedded engine, or Amazon Athena with VACUUM for tables of a Glue catalog, which goes by the table's vacuum_ properties alone.</summary>
    /// <value>Embedded; Auto is the same, since expiry reads metadata only</value>
    [Parameter(ParameterSetName = AgeSet)]
    public QueryEngine Engine { get; set; } = QueryEngine.Embedded;

    /// <summary>Writes the plan, a DeltaTools.ExpirePlan, instead of carrying it out.</summary>
    [Parameter]
    public SwitchParameter AsPlan { get; set; }

    /// <summary>Does not ask, unless -Confirm is given too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override Task ProcessRecordAsync(CancellationToken cancel)
    {
        if (ParameterSetName == AgeSet)
        {
            var options = new ExpireSnapshots { OlderThan = OlderThan, RetainLast = RetainLast };
            return ForEachTableAsync(Table, (table, token) => ExpireAsync(table, options, token), cancel);
        }
        foreach (TableArgument table in Table)
        {
            if (!_named.TryGetValue(table, out List<long>? ids)) _named.Add(table, ids = []);
            ids.AddRange(SnapshotId);
        }
        return Task.CompletedTask;
    }

    protected override async Task EndProcessingAsync(CancellationToken cancel)
    {
        foreach ((TableArgument table, List<long> ids) in _named)
        {
            var options = new ExpireSnapshots { SnapshotIds = [.. ids] };
            await ForEachTableAsync([table], (open, token) => ExpireAsync(open, options, token), cancel);
        }
    }

    private async Task ExpireAsync(OpenTable table, ExpireSnapshots options, CancellationToken cancel)
    {
        table.MustBeInCatalog("expire its snapshots");
        if (Engine == QueryEngine.Athena)
        {
            await VacuumAsync(table, cancel);
            return;
        }
        WriteVerbose($"Engine: Embedded ({(Engine == QueryEngine.Auto ? "expiry reads metadata only, however large the table is" : "asked for")}).");
        var expiry = new SnapshotExpiry(table.Table, options) { Log = Log };
        SnapshotExpiryPlan plan = await expiry.PlanAsync(cancel);
        if (AsPlan)
        {
            WriteObject(new ExpirePlan(table.Source, plan));
            return;
        }
        if (plan.NothingToDo is { } reason)
        {
            WriteVerbose($"{table.Name}: {reason}");
            WriteObject(new ExpireSummary(table.Source, new(plan, TimeSpan.Zero)));
            return;
        }
        if (!Confirmed($"{table.Name}: {Describe(plan)}", "Expire snapshots and delete their files", Force)) return;
        using ProgressMeter progress = StartProgress($"Expiring snapshots of {table.Name}");
        progress.Report($"{ViewFormat.Count(plan.FileCount)} files");
        SnapshotExpiryResult result = await expiry.RunAsync(cancel);
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new ExpireSummary(table.Source, result));
    }

    private async Task VacuumAsync(OpenTable table, CancellationToken cancel)
    {
        string? obstacle = AthenaWork.Obstacle(table.Table)
            ?? (OlderThan is not null || RetainLast is not null || AsPlan ? "VACUUM goes by the table's properties vacuum_max_snapshot_age_seconds and vacuum_min_snapshots_to_keep, without -OlderThan, -RetainLast and -AsPlan" : null);
        AthenaWork.IsAthena(Engine, obstacle, 0, table.Source.Connection, WriteVerbose);
        if (!Confirmed($"{table.Name}: snapshots that its vacuum_ properties let go, 5 days when they say nothing", "Expire snapshots on Athena and delete their files", Force)) return;
        using ProgressMeter progress = StartProgress($"Expiring snapshots of {table.Name} on Athena");
        using AthenaSession athena = table.Source.Connection!.OpenAthena(Log, AthenaWork.Reporter(progress));
        AthenaMaintenanceResult result = await new AthenaMaintenance(athena, table.Table) { Warn = Warn }.VacuumAsync(cancel);
        RunspaceSession.Current.Completions.Clear();
        WriteObject(new ExpireSummary(table.Source, new SnapshotExpiryResult(result.Expired, result.Duration), result.Statistics));
    }

    /// <summary>The plan in one line, as -WhatIf and -Confirm show it.</summary>
    private static string Describe(SnapshotExpiryPlan plan)
    {
        ImmutableArray<string> refs = plan.Refs;
        string also = refs.IsEmpty ? "" : $" with {string.Join(", ", refs)}";
        return $"{ViewFormat.Count(plan.SnapshotIds.Length)} of {ViewFormat.Count(plan.SnapshotIds.Length + plan.Retained)} snapshots{also}, "
            + $"{ViewFormat.Count(plan.FileCount)} files ({ViewFormat.Bytes(plan.Bytes)})";
    }
}
