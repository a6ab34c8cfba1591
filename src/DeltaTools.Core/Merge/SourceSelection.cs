using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Which rows of the raw table a merge must look at.</summary>
/// <remarks>
/// New are the rows of files that were committed after the last merge looked (data sequence number), whatever their date, and the rows
/// whose date lies after the watermark, whenever they came. Compaction gives a file the sequence number of its newest rows, so a superset
/// of the new rows may be found; that is harmless, because rows on or before the watermark are treated as late, with their key's history.
/// </remarks>
/// <param name="All">Every file that may hold rows up to the report date, in order of arrival: commit, then file.</param>
/// <param name="New">Those of <paramref name="All"/> that must be read.</param>
/// <param name="Condition">SQL over <see cref="RowNames"/> that picks the new rows among theirs.</param>
/// <param name="Watermark">Rows up to this date are late; null when the whole history is read.</param>
internal sealed record SourceSelection(
    ImmutableArray<FileScanTask> All, ImmutableArray<FileScanTask> New, string Condition, DateOnly? Watermark)
{
    /// <summary>Whether the rows of a key in the report table are to be made from its rows here alone.</summary>
    public bool Replays { get; init; }

    public static async Task<SourceSelection> PlanAsync(
        IcebergTable source, Snapshot? snapshot, NestedField date, MergeState? state, DateOnly reportDate, CancellationToken cancel)
    {
        TableMetadata metadata = source.Metadata;
        var options = new ScanOptions { Filter = UpTo(date, reportDate), MetricFields = [date.Id] };
        ScanPlan plan = await ScanPlanner.PlanAsync(source.Store, metadata, snapshot, metadata.CurrentSchema, options, cancel).ConfigureAwait(false);
        ImmutableArray<FileScanTask> all =
            [.. plan.Tasks.OrderBy(t => t.SequenceNumber).ThenBy(t => t.File.FilePath, StringComparer.Ordinal)];
        if (state is null) return new(all, all, "true", null);

        var after = new MetricsFilter(Binder.Bind(After(date, state.Watermark), metadata.CurrentSchema));
        FileScanTask[] old = [.. all.Where(t => t.SequenceNumber <= state.SourceSequenceNumber && after.MayMatch(t.File))];
        FileScanTask[] fresh = [.. all.Where(t => t.SequenceNumber > state.SourceSequenceNumber)];
        string firstFresh = ((long)old.Length << Sql.PositionBits).ToString(CultureInfo.InvariantCulture);
        return new(
            all, [.. old, .. fresh], $"{RowNames.Arrival} >= {firstFresh} OR {RowNames.Date} > {Sql.Date(state.Watermark)}",
            state.Watermark);
    }

    /// <summary>Rows of later dates.</summary>
    internal static ColumnPredicate After(NestedField date, DateOnly day) =>
        ColumnPredicate.Of(date.Name, PredicateOperator.GreaterOrEqual, Bound(date, day));

    /// <summary>Rows of the date or before; rows without a date are kept, to be refused.</summary>
    internal static Predicate UpTo(NestedField date, DateOnly day) => Predicate.Or(
        ColumnPredicate.Of(date.Name, PredicateOperator.Less, Bound(date, day)), ColumnPredicate.Of(date.Name, PredicateOperator.IsNull));

    /// <summary>The beginning of the next day.</summary>
    private static object Bound(NestedField date, DateOnly day)
    {
        int next = day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + 1;
        return date.Type.Id == TypeId.Date
            ? new DateLiteral(next)
            : new TimestampLiteral((Int128)next * TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerDay, date.Type.Id == TypeId.TimestampTz);
    }
}
