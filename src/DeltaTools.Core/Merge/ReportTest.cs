using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Proves that a report table is what its raw table says: replays the raw table to the report date and compares, writing nothing.</summary>
public sealed class ReportTest(DuckSession session, IcebergTable report, IcebergTable raw)
{
    /// <summary>Differences of each kind that are described at most; all are counted.</summary>
    public int MaxDifferences { get; init; } = 100;

    /// <exception cref="IcebergException">InvalidArgument: the table was never merged from the raw table.</exception>
    public async Task<ReportTestResult> RunAsync(CancellationToken cancel)
    {
        MergeState state = MergeState.Of(report.Metadata, SnapshotRef.Main) ?? throw IcebergException.Invalid(
            $"Table {report.Name} was not merged yet, so there is no report to test.");
        if (state.Source != raw.Name) throw IcebergException.Invalid($"Table {report.Name} was merged from {state.Source}, not from {raw.Name}.");
        (IcebergTable source, bool isAsMerged) = AsMerged(state);
        MergeOptions options = MergeRecipe.Apply(new MergeOptions { ReportDate = state.Watermark }, state.Recipe) with
        {
            Key = state.Key,
            Mode = state.Mode,
            Rebuild = true,
            KeepsAuditDates = true,
            SampleSize = MaxDifferences,
        };
        PreparedMerge replay = await MergePlanner.PlanAsync(session, report, source, options, cancel).ConfigureAwait(false);
        await using (replay.ConfigureAwait(false))
        {
            MergePlan plan = replay.Plan;
            MergeColumns columns = MergeColumns.Match(source.Metadata.CurrentSchema, report.Metadata.CurrentSchema, options, state.Key);
            string[] audit = options.AuditDate == AuditDate.DateReceived ? [] : [.. new[] { columns.Created?.Name, columns.Updated?.Name }.OfType<string>()];
            return new(
                state.Watermark, report.Metadata.CurrentSnapshotId, isAsMerged, plan.Inserted, plan.Removed, plan.Replaced, plan.Unchanged,
                [.. plan.Sample.Select(c => c with { Columns = [.. c.Columns.Where(x => !audit.Contains(x.Name))] })]);
        }
    }

    /// <summary>The raw table as the last merge saw it: what came since is not expected in the report.</summary>
    private (IcebergTable Source, bool IsAsMerged) AsMerged(MergeState state)
    {
        TableMetadata metadata = raw.Metadata;
        if (state.SourceSequenceNumber == metadata.LastSequenceNumber) return (raw, true);
        if (state.SourceSnapshotId is not { } id || metadata.Snapshot(id) is null) return (raw, false);
        ImmutableSortedDictionary<string, SnapshotRef> refs = metadata.Refs.SetItem(SnapshotRef.Main, SnapshotRef.Branch(id));
        return (raw.With(metadata with { CurrentSnapshotId = id, Refs = refs }), true);
    }
}

/// <param name="ReportDate">The date that the table stands at.</param>
/// <param name="IsAsMerged">Whether the raw table could be read as the last merge saw it; else what came since counts as a difference.</param>
/// <param name="Missing">Rows that the replay has and the table has not.</param>
/// <param name="Surplus">Rows that the table has and the replay has not.</param>
/// <param name="Different">Rows whose values differ.</param>
/// <param name="Same">Rows that are as they should be.</param>
/// <param name="Differences">The first of each kind: an insert is a missing row, a delete one too many; before is the table, after the replay.</param>
public sealed record ReportTestResult(
    DateOnly ReportDate, long? SnapshotId, bool IsAsMerged, long Missing, long Surplus, long Different, long Same, ImmutableArray<MergeChange> Differences)
{
    public bool Passed => Missing + Surplus + Different == 0;
}
