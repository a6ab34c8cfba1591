using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

/// <summary>Groups files of a table of deltas so that rewriting them keeps the order in which their rows arrived (see <see cref="RawTables"/>).</summary>
/// <remarks>
/// <para>Only neighbours in the order of arrival go together, and a group takes all files of a commit or none: the new files get the sequence
/// number of the group's last commit, so they stand before everything that came later, and among themselves in the order of their names.</para>
/// <para>When partitions follow the date received, rows of different partitions differ in date, which decides before the order of arrival
/// does; then the order has to hold within each partition only. Otherwise it holds across the table.</para>
/// <para>Groups do not exceed the target size: a merge reads the whole of a file that holds anything new.</para>
/// </remarks>
internal sealed class ArrivalRuns(TableMetadata metadata, long targetFileSize, CompactionOptions options)
{
    /// <param name="files">All files of the table.</param>
    /// <param name="reasons">Why a file should be rewritten; null: it must stay as it is.</param>
    public IEnumerable<CompactionGroup> Of(IReadOnlyCollection<FileScanTask> files, Func<FileScanTask, CompactionReasons?> reasons)
    {
        IEnumerable<FileScanTask> arrived = files.OrderBy(f => f.SequenceNumber).ThenBy(f => f.File.FilePath, StringComparer.Ordinal);
        return PartitionsFollowDate(files)
            ? arrived.GroupBy(f => f.File.Partition).SelectMany(p => InOrder(p, reasons))
            : InOrder(arrived, reasons);
    }

    private IEnumerable<CompactionGroup> InOrder(IEnumerable<FileScanTask> files, Func<FileScanTask, CompactionReasons?> reasons)
    {
        List<FileScanTask> run = [];
        foreach (IGrouping<long, FileScanTask> commit in files.GroupBy(f => f.SequenceNumber))
        {
            bool joins = Joins(commit, reasons);
            bool full = run.Count > 0 && Size(run) + Size(commit) > targetFileSize;
            bool elsewhere = run.Count > 0 && PartitionOf(run[0]) is var partition && !commit.All(f => Equals(PartitionOf(f), partition));
            if (!joins || full || elsewhere)
            {
                if (Group(run, reasons, full: joins && full) is { } group) yield return group;
                run = [];
            }
            if (joins) run.AddRange(commit);
        }
        if (Group(run, reasons, full: false) is { } last) yield return last;
    }

    private CompactionGroup? Group(List<FileScanTask> run, Func<FileScanTask, CompactionReasons?> reasons, bool full)
    {
        CompactionReasons all = run.Aggregate(CompactionReasons.None, (sum, f) => sum | reasons(f)!.Value);
        bool worth = (all & (CompactionReasons.Deletes | CompactionReasons.TooLarge)) != 0
            || (run.Count > 1 && run.Count >= options.MinInputFiles)
            // It cannot grow any more, as what comes next does not fit.
            || (run.Count > 1 && full && Size(run) >= targetFileSize * CompactionOptions.SmallBelow);
        if (!worth) return null;
        ImmutableArray<FileScanTask> files = [.. run];
        return new(metadata.DefaultSpecId, PartitionOf(run[0]), files, all) { ExpectedFiles = OutputSlice.Cut(files, targetFileSize).Length };
    }

    /// <summary>A commit joins a run when most of it is worth rewriting and it can become files of one partition.</summary>
    private bool Joins(IGrouping<long, FileScanTask> commit, Func<FileScanTask, CompactionReasons?> reasons)
    {
        if (PartitionOf(commit.First()) is not { } partition || !commit.All(f => Equals(PartitionOf(f), partition))) return false;
        // Rewriting it all would need more at once than is allowed, and in parts it would lose its order.
        if (Size(commit) > options.MaxGroupBytes) return false;
        return commit.All(f => reasons(f) is not null)
            && commit.Where(f => reasons(f) != CompactionReasons.None).Sum(RowsDeleted.LiveBytes) * 2 >= Size(commit);
    }

    /// <summary>The partition that the file's rows have by the table's spec; null when that takes looking at them.</summary>
    private PartitionTuple? PartitionOf(FileScanTask file) => KnownPartition.Of(metadata.DefaultSpec, file);

    private bool PartitionsFollowDate(IReadOnlyCollection<FileScanTask> files) =>
        files.All(f => f.File.SpecId == metadata.DefaultSpecId) && RawTables.PartitionsFollowDate(metadata);

    private static double Size(IEnumerable<FileScanTask> files) => files.Sum(RowsDeleted.LiveBytes);
}
