using System.Collections.Immutable;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

/// <summary>What a compaction is asked to do. Defaults are those of <c>Optimize-IcebergTable</c>.</summary>
public sealed record CompactionOptions
{
    /// <summary>A file below this part of the target size is too small.</summary>
    public const double SmallBelow = 0.75;

    /// <summary>A file above this part of the target size is too large.</summary>
    public const double LargeAbove = 1.8;

    public string Branch { get; init; } = SnapshotRef.Main;

    /// <summary>In bytes. Null: the table's <c>write.target-file-size-bytes</c>.</summary>
    public long? TargetFileSize { get; init; }

    /// <summary>Files of a group that make it worth rewriting, when nothing else does.</summary>
    public int MinInputFiles { get; init; } = 5;

    /// <summary>A file is rewritten when as many delete files apply to it, whatever its size.</summary>
    public int DeleteFileThreshold { get; init; } = 5;

    /// <summary>A file is rewritten when this part of its rows is known to be deleted, whatever its size.</summary>
    public double DeleteRatio { get; init; } = 0.3;

    /// <summary>Files that may hold such rows are looked at; they are rewritten whole.</summary>
    public Predicate Filter { get; init; } = Predicate.True;

    /// <summary>Sorts all files of the filter, as <see cref="Spec.Text.SortText"/> writes orders. Empty: by the table's sort order, and only
    /// what is rewritten anyway.</summary>
    public ImmutableArray<string> Sort { get; init; } = [];

    /// <summary>Orders all files of the filter along a Z-curve over these columns, so that each of them narrows a scan.</summary>
    public ImmutableArray<string> ZOrder { get; init; } = [];

    /// <summary>What is read and sorted at once at most, so that memory and temporary space do not grow with the table. In bytes of data files.</summary>
    public long MaxGroupBytes { get; init; } = 4L << 30;

    /// <summary>Commits whenever <see cref="BatchBytes"/> are rewritten, so that a failure loses little; else there is one commit at the end.</summary>
    public bool PartialProgress { get; init; }

    /// <summary>Bytes between the commits of <see cref="PartialProgress"/>.</summary>
    public long BatchBytes { get; init; } = 16L << 30;

    internal bool Reorders => !Sort.IsEmpty || !ZOrder.IsEmpty;
}
