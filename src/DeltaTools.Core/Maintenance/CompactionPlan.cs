using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

/// <summary>What a compaction would do to a state of a table.</summary>
public sealed record CompactionPlan
{
    public required string Table { get; init; }

    public required string Branch { get; init; }

    /// <summary>The state it was planned on; null for a table without snapshots.</summary>
    public long? SnapshotId { get; init; }

    public long TargetFileSize { get; init; }

    public ImmutableArray<CompactionGroup> Groups { get; init; } = [];

    /// <summary>Delete files and deletion vectors that go: they are applied, or apply to nothing.</summary>
    public int DeleteFiles { get; init; }

    /// <summary>Data files of the state, whether they are rewritten or not.</summary>
    public int TotalFiles { get; init; }

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? NothingToDo { get; init; }

    public int InputFiles => Groups.Sum(g => g.Files.Length);

    public long InputBytes => Groups.Sum(g => g.Bytes);

    /// <summary>Data files that are written, as far as sizes can tell before.</summary>
    public int ExpectedFiles => Groups.Sum(g => g.ExpectedFiles);
}

/// <summary>Data files that are rewritten together.</summary>
/// <param name="SpecId">Spec that the new files are written with.</param>
/// <param name="Partition">Their one partition; null: by their rows, as they come from several or from an older spec.</param>
/// <param name="Files">In order of arrival.</param>
/// <param name="Reasons">All that holds for one of the files.</param>
public sealed record CompactionGroup(int SpecId, PartitionTuple? Partition, ImmutableArray<FileScanTask> Files, CompactionReasons Reasons)
{
    public int ExpectedFiles { get; init; }

    public long Bytes { get; } = Files.Sum(f => f.File.FileSizeInBytes);
}

/// <summary>Why a file is rewritten.</summary>
[Flags]
public enum CompactionReasons
{
    None = 0,
    TooSmall = 1,
    TooLarge = 2,

    /// <summary>Rows of it are deleted.</summary>
    Deletes = 4,

    /// <summary>It is partitioned by an older spec.</summary>
    OldSpec = 8,

    /// <summary>An order was asked for that it does not have.</summary>
    Order = 16,
}
