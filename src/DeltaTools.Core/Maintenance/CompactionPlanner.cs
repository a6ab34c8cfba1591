using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Manifests;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>Finds the files that are worth rewriting, as Java's rewrite_data_files does, and groups them by partition.</summary>
/// <remarks>
/// Candidates are files that are too small or too large, that have many deletes, that an older spec partitioned, or that lack an order that
/// was asked for. A group of them is worth it when it has enough files, or more than one new file can hold; always when deletes are
/// applied, the spec is older or the order is missing.
/// </remarks>
internal sealed class CompactionPlanner
{
    private const CompactionReasons Always = CompactionReasons.Deletes | CompactionReasons.OldSpec | CompactionReasons.Order;
    private static readonly ManifestReadOptions s_deletes = new()
    {
        LiveOnly = true,
        MetricFields = FrozenSet.ToFrozenSet([MetadataColumns.DeleteFilePath.Id]),
    };

    private readonly TableMetadata _metadata;
    private readonly CompactionOptions _options;
    private readonly CompactionLayout _layout;
    private readonly IReadOnlySet<string>? _matching;
    private readonly IReadOnlySet<string> _untouched;

    private CompactionPlanner(
        TableMetadata metadata, CompactionOptions options, CompactionLayout layout, IReadOnlySet<string>? matching, IReadOnlySet<string> untouched)
    {
        _metadata = metadata;
        _options = options;
        _layout = layout;
        _matching = matching;
        _untouched = untouched;
    }

    private long TargetSize => _layout.Target.TargetFileSize;

    /// <param name="untouched">Locations of files that are to stay: written by this very compaction, or being replaced already.</param>
    public static async Task<PreparedCompaction> PlanAsync(
        IcebergTable table, CompactionOptions options, IReadOnlySet<string> untouched, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        Snapshot? head = SnapshotSelection.ByRef(metadata, options.Branch).Snapshot;
        var layout = CompactionLayout.Of(metadata, table.Name, options);
        ScanPlan all = await ScanPlanner.PlanAsync(table.Store, metadata, head, metadata.CurrentSchema, ScanOptions.All with { MetricFields = FrozenSet<int>.Empty }, cancel)
            .ConfigureAwait(false);
        IReadOnlySet<string>? matching = options.Filter == Predicate.True ? null : await MatchingAsync(table, head, options, cancel).ConfigureAwait(false);
        ImmutableArray<DataFile> deletes = head is null ? [] : await DeletesAsync(table, head, cancel).ConfigureAwait(false);

        var planner = new CompactionPlanner(metadata, options, layout, matching, untouched);
        var plan = new CompactionPlan
        {
            Table = table.Name,
            Branch = options.Branch,
            SnapshotId = head?.SnapshotId,
            TargetFileSize = layout.Target.TargetFileSize,
            Groups = [.. layout.KeepsArrival
                ? new ArrivalRuns(metadata, layout.Target.TargetFileSize, options).Of(all.Tasks, planner.ReasonsOf)
                : planner.Groups(all.Tasks)],
            TotalFiles = all.Tasks.Length,
        };
        var prepared = new PreparedCompaction(table, head, layout, plan, all.Tasks, deletes);
        int removed = prepared.DeletesWithout(plan.Groups).Length;
        return prepared with { Plan = plan with { DeleteFiles = removed, NothingToDo = planner.NothingToDo(plan, all.Tasks.Length, removed) } };
    }

    /// <summary>Why a file should be rewritten; null when it must stay.</summary>
    private CompactionReasons? ReasonsOf(FileScanTask task)
    {
        if (_untouched.Contains(task.File.FilePath) || _matching?.Contains(task.File.FilePath) == false) return null;
        var reasons = CompactionReasons.None;
        long size = task.File.FileSizeInBytes;
        if (size < TargetSize * CompactionOptions.SmallBelow) reasons |= CompactionReasons.TooSmall;
        if (size > TargetSize * CompactionOptions.LargeAbove && task.File.RecordCount > 1) reasons |= CompactionReasons.TooLarge;
        if (HasManyDeletes(task) || (reasons != CompactionReasons.None && !task.Deletes.IsEmpty)) reasons |= CompactionReasons.Deletes;
        if (!_layout.KeepsArrival && KnownPartition.Of(_metadata.DefaultSpec, task) is null) reasons |= CompactionReasons.OldSpec;
        if (_options.Reorders && !HasOrder(task.File)) reasons |= CompactionReasons.Order;
        return reasons;
    }

    private bool HasManyDeletes(FileScanTask task) =>
        task.Deletes.Length >= _options.DeleteFileThreshold
        || (!task.Deletes.IsEmpty && RowsDeleted.KnownRatio(task) >= _options.DeleteRatio);

    private bool HasOrder(DataFile file) => _layout.Target.SortOrder.OrderId != 0 && file.SortOrderId == _layout.Target.SortOrder.OrderId;

    private IEnumerable<CompactionGroup> Groups(ImmutableArray<FileScanTask> files)
    {
        var candidates = files.Select(f => (File: f, Reasons: ReasonsOf(f) ?? CompactionReasons.None)).Where(c => c.Reasons != CompactionReasons.None);
        foreach (var partition in candidates.GroupBy(c => KnownPartition.Of(_metadata.DefaultSpec, c.File)))
        {
            var ordered = partition.OrderBy(c => c.File.SequenceNumber).ThenBy(c => c.File.File.FilePath, StringComparer.Ordinal).ToList();
            foreach (var bin in BinPacking.PackEnd(ordered, _options.MaxGroupBytes, c => c.File.File.FileSizeInBytes))
            {
                ImmutableArray<FileScanTask> group = [.. bin.Select(c => c.File)];
                CompactionReasons reasons = bin.Aggregate(CompactionReasons.None, (sum, c) => sum | c.Reasons);
                if (!IsWorth(group, reasons)) continue;
                yield return new(_metadata.DefaultSpecId, partition.Key, group, reasons) { ExpectedFiles = OutputSlice.Cut(group, TargetSize).Length };
            }
        }
    }

    private bool IsWorth(ImmutableArray<FileScanTask> group, CompactionReasons reasons) =>
        (reasons & Always) != 0
        || (group.Length > 1 && (group.Length >= _options.MinInputFiles || group.Sum(RowsDeleted.LiveBytes) > TargetSize))
        || (reasons & CompactionReasons.TooLarge) != 0;

    private string? NothingToDo(CompactionPlan plan, int files, int deletes)
    {
        if (!plan.Groups.IsEmpty || deletes > 0) return null;
        if (files == 0) return "The table has no data files.";
        if (_matching is { Count: 0 }) return "No data file can hold rows that match -Where.";
        return $"No partition has {_options.MinInputFiles} files that are too small for a target of {TargetSize >> 20} MB, and no file has deletes worth applying.";
    }

    private static async Task<IReadOnlySet<string>> MatchingAsync(IcebergTable table, Snapshot? head, CompactionOptions options, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        ScanPlan plan = await ScanPlanner.PlanAsync(
            table.Store, metadata, head, metadata.CurrentSchema, ScanOptions.All with { Filter = options.Filter }, cancel).ConfigureAwait(false);
        return plan.Tasks.Select(t => t.File.FilePath).ToFrozenSet(StringComparer.Ordinal);
    }

    private static async Task<ImmutableArray<DataFile>> DeletesAsync(IcebergTable table, Snapshot head, CancellationToken cancel)
    {
        List<DataFile> deletes = [];
        foreach (ManifestFile manifest in await ManifestListReader.ReadAsync(table.Store, head, table.Metadata, cancel).ConfigureAwait(false))
        {
            if (manifest.Content != ManifestContent.Deletes || !manifest.HasLiveFiles) continue;
            deletes.AddRange((await ManifestReader.ReadAsync(table.Store, manifest, table.Metadata, s_deletes, cancel).ConfigureAwait(false)).Select(e => e.DataFile));
        }
        return [.. deletes];
    }
}
