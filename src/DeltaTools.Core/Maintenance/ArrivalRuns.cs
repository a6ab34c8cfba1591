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
/// does; then the order has to hold within each partition only. Otherwise it holds across the table: where rows are numbered (see
/// <see cref="RowNumbers"/>) a group may lie in several partitions and its rows are numbered anew, else it lies in one.</para>
/// <para>No partition gets more of a group than the target size: a merge reads the whole of a file that holds anything new.</para>
/// </remarks>
internal sealed class ArrivalRuns(TableMetadata metadata, long targetFileSize, CompactionOptions options)
{
    /// <summary>Whether a group may lie in several partitions. Format version 1 knows no commits apart.</summary>
    private readonly bool _spreads = metadata.FormatVersion > 1 && RowNumbers.Of(metadata.CurrentSchema) is not null;

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
        var run = new ArrivalRun();
        foreach (IGrouping<long, FileScanTask> commit in files.GroupBy(f => f.SequenceNumber))
        {
            ArrivalRun? next = Joining(commit, reasons);
            bool full = next is not null && !(run.HasRoomFor(next, targetFileSize) && run.Bytes + next.Bytes <= options.MaxGroupBytes);
            bool elsewhere = next is not null && !_spreads && !run.IsEmpty && !run.Partitions.SequenceEqual(next.Partitions);
            if (next is null || full || elsewhere)
            {
                if (Group(run, reasons, full) is { } group) yield return group;
                run = new();
            }
            if (next is not null) run.Add(next);
        }
        if (Group(run, reasons, full: false) is { } last) yield return last;
    }

    private CompactionGroup? Group(ArrivalRun run, Func<FileScanTask, CompactionReasons?> reasons, bool full)
    {
        ImmutableArray<FileScanTask> files = run.Files;
        CompactionReasons all = files.Aggregate(CompactionReasons.None, (sum, f) => sum | reasons(f)!.Value);
        bool worth = (all & (CompactionReasons.Deletes | CompactionReasons.TooLarge)) != 0
            || (run.MostFiles > 1 && run.MostFiles >= options.MinInputFiles)
            // It cannot grow any more, as what comes next does not fit.
            || (full && run.Fills(targetFileSize * CompactionOptions.SmallBelow));
        if (!worth) return null;
        IGrouping<PartitionTuple?, FileScanTask>[] partitions = [.. files.GroupBy(PartitionOf)];
        return new(metadata.DefaultSpecId, partitions is [var one] ? one.Key : null, files, all)
        {
            ExpectedFiles = partitions.Sum(p => OutputSlice.Cut([.. p], targetFileSize).Length),
        };
    }

    /// <summary>A commit joins a run when most of it is worth rewriting and its place among the others can be kept; null: it stays as it is.</summary>
    private ArrivalRun? Joining(IGrouping<long, FileScanTask> commit, Func<FileScanTask, CompactionReasons?> reasons)
    {
        var run = new ArrivalRun();
        foreach (FileScanTask file in commit)
        {
            if (PartitionOf(file) is not { } partition || reasons(file) is null) return null;
            run.Add(file, partition);
        }
        // Rewriting it all would need more at once than is allowed, and in parts it would lose its order.
        if ((!_spreads && run.Partitions.Skip(1).Any()) || run.Bytes > options.MaxGroupBytes) return null;
        return commit.Where(f => reasons(f) != CompactionReasons.None).Sum(RowsDeleted.LiveBytes) * 2 >= run.Bytes ? run : null;
    }

    /// <summary>The partition that the file's rows have by the table's spec; null when that takes looking at them.</summary>
    private PartitionTuple? PartitionOf(FileScanTask file) => KnownPartition.Of(metadata.DefaultSpec, file);

    private bool PartitionsFollowDate(IReadOnlyCollection<FileScanTask> files) =>
        files.All(f => f.File.SpecId == metadata.DefaultSpecId) && RawTables.PartitionsFollowDate(metadata);
}
