using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>What a merge did.</summary>
/// <param name="Plan">The counts, and the files that changed.</param>
/// <param name="SnapshotId">The snapshot that it made; null when there was nothing to do.</param>
/// <param name="FilesAdded">Data and delete files that were added, and removed.</param>
/// <param name="BytesWritten">Bytes of the added files.</param>
/// <param name="Attempts">How often it was planned, because other writers changed the table; 1 when none did.</param>
public sealed record MergeSummary(
    MergePlan Plan, long? SnapshotId, int FilesAdded, int FilesRemoved, long BytesWritten, TimeSpan Duration, int Attempts)
{
    /// <summary>What Athena's queries took; null when it was not Athena that merged.</summary>
    public AthenaStatistics? Athena { get; init; }

    internal static ImmutableSortedDictionary<string, string> Entries(
        MergePlan plan, Snapshot? head, long bytesWritten, TimeSpan duration)
    {
        (string Key, long Value)[] counts =
        [
            (MergeSummaryKeys.Inserted, plan.Inserted), (MergeSummaryKeys.Updated, plan.Updated), (MergeSummaryKeys.Deleted, plan.Deleted),
            (MergeSummaryKeys.Unchanged, plan.Unchanged), (MergeSummaryKeys.IgnoredTombstones, plan.IgnoredTombstones),
            (MergeSummaryKeys.Late, plan.Late), (MergeSummaryKeys.Ties, plan.Ties), (MergeSummaryKeys.Skipped, plan.SkippedNullKeys),
            (MergeSummaryKeys.FilesRewritten, plan.Files.Count(f => f.Rewritten)), (MergeSummaryKeys.BytesRead, plan.BytesRead),
            (MergeSummaryKeys.BytesWritten, bytesWritten), (MergeSummaryKeys.Duration, (long)duration.TotalMilliseconds),
        ];
        ImmutableSortedDictionary<string, string> summary =
            StringMap.Of(counts.Select(c => KeyValuePair.Create(c.Key, c.Value.ToString(CultureInfo.InvariantCulture))));
        return RowTotals.Of(head) is { } rows ? RowTotals.Add(summary, rows + plan.Inserted - plan.Removed) : summary;
    }
}
