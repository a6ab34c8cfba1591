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
        (IcebergTable source, ReplayScope scope) = AsMerged(state);
        if (state.Unsettled is not null) scope = ReplayScope.Unsettled;
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
                state.Watermark, report.Metadata.CurrentSnapshotId, scope, plan.Inserted, plan.Removed, plan.Replaced, plan.Unchanged,
                [.. plan.Sample.Select(c => c with { Columns = [.. c.Columns.Where(x => !audit.Contains(x.Name))] })]);
        }
    }

    /// <summary>The raw table as the last merge saw it: what came since is not expected in the report.</summary>
    private (IcebergTable Source, ReplayScope Scope) AsMerged(MergeState state)
    {
        TableMetadata metadata = raw.Metadata;
        if (state.SourceSequenceNumber == metadata.LastSequenceNumber) return (raw, ReplayScope.AsMerged);
        if (state.SourceSnapshotId is { } id)
        {
            if (metadata.Snapshot(id) is null) return (raw, ReplayScope.Expired);
            ImmutableSortedDictionary<string, SnapshotRef> refs = metadata.Refs.SetItem(SnapshotRef.Main, SnapshotRef.Branch(id));
            return (raw.With(metadata with { CurrentSnapshotId = id, Refs = refs }), ReplayScope.AsMerged);
        }
        // Nothing was seen: the raw table was empty, or the next merge is to look at all of it, because one was taken back from between others.
        if (report.Metadata.CurrentSnapshot is not null) return (raw, ReplayScope.TakenBack);
        return (raw.With(metadata with { CurrentSnapshotId = null, Refs = metadata.Refs.Remove(SnapshotRef.Main) }), ReplayScope.AsMerged);
    }
}

/// <param name="ReportDate">The date that the table stands at.</param>
/// <param name="Scope">What of the raw table was replayed.</param>
/// <param name="Missing">Rows that the replay has and the table has not.</param>
/// <param name="Surplus">Rows that the table has and the replay has not.</param>
/// <param name="Different">Rows whose values differ.</param>
/// <param name="Same">Rows that are as they should be.</param>
/// <param name="Differences">The first of each kind: an insert is a missing row, a delete one too many; before is the table, after the replay.</param>
public sealed record ReportTestResult(
    DateOnly ReportDate, long? SnapshotId, ReplayScope Scope, long Missing, long Surplus, long Different, long Same, ImmutableArray<MergeChange> Differences)
{
    public bool Passed => Missing + Surplus + Different == 0;
}
