using System.Management.Automation;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Cmdlets.Completion;
using DeltaTools.Core;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Spec;
using CoreTest = DeltaTools.Core.Merge.ReportTest;

namespace DeltaTools.Cmdlets.Commands;

/// <summary>Proves that a report table is what its raw table says: replays the raw table to the report date and compares every row.</summary>
/// <remarks>
/// <para>Nothing is written. The raw table is read as the last merge saw it, with the options of that merge; what was imported since is not expected in the report.</para>
/// <para>Audit columns are compared when they follow the dates received (Invoke-IcebergMerge -AuditDate DateReceived); dates of merges cannot be replayed.</para>
/// <para>Differences lists the first keys that are missing, surplus or different, each with the columns before (the table) and after (the replay).</para>
/// </remarks>
/// <example>Is the report right?<code>Test-IcebergReport hr.employee</code></example>
/// <example>Which rows are not?<code>(Test-IcebergReport hr.employee -MaxDifference 1000).Differences</code></example>
/// <example>Fail a pipeline step when it is not<code>if (-not (Test-IcebergReport hr.employee).Passed) { throw 'The report is wrong.' }</code></example>
[Cmdlet(VerbsDiagnostic.Test, "IcebergReport", HelpUri = Help.Root + "Test-IcebergReport.md")]
[OutputType(typeof(ReportTest))]
public sealed class TestIcebergReportCommand : TableReadCmdlet
{
    /// <summary>The raw table.</summary>
    /// <value>the one that the last merge read</value>
    [Parameter]
    [TableTransformation, ArgumentCompleter(typeof(TableCompleter))]
    public TableArgument? Source { get; set; }

    /// <summary>Differences of each kind to list at most; all are counted.</summary>
    /// <value>100</value>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int MaxDifference { get; set; } = 100;

    private protected override async Task ReadAsync(OpenTable table, CancellationToken cancel)
    {
        string name = Source?.Text ?? MergeState.Of(table.Metadata, SnapshotRef.Main)?.Source
            ?? throw IcebergException.Invalid($"{table.Name} was not merged yet, so there is no report to test.");
        OpenTable source = await OpenAsync(Source ?? new TableArgument(name) { Connection = table.Source.Connection }, cancel);
        ErrorTarget = table.Name;
        using DuckSession session = DuckSession.Open(table.Engine);
        ReportTestResult result = await WithProgress(
            $"Replaying {source.Name}", table.Name, session, new CoreTest(session, table.Table, source.Table) { MaxDifferences = MaxDifference }.RunAsync(cancel));
        string? why = result.Scope switch
        {
            ReplayScope.Expired => $"The state of {source.Name} that the last merge read has expired, so rows that came since count as differences.",
            ReplayScope.TakenBack => $"A merge of {table.Name} was taken back that others had followed, so its rows count as differences until the next merge brings them again, and so do rows of {source.Name} that came since.",
            ReplayScope.Unsettled => $"It is not known how much of the last merge of {table.Name} has landed, so what has counts as differences.",
            _ => null,
        };
        if (why is not null) WriteWarning(why + " Merge again before the test.");
        WriteObject(new ReportTest(table.Source, source.Name, result));
    }
}
