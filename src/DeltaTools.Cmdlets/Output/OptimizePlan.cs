using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools;

/// <summary>What an optimisation will do.</summary>
public sealed class OptimizePlan : TableOutput
{
    internal OptimizePlan(TableArgument table, CompactionPlan plan, TableMetadata metadata) : base(table)
    {
        Files = plan.InputFiles;
        Size = plan.InputBytes;
        ExpectedFiles = plan.ExpectedFiles;
        DeleteFiles = plan.DeleteFiles;
        TotalFiles = plan.TotalFiles;
        TargetFileSize = plan.TargetFileSize;
        Groups = [.. plan.Groups.Select(g => new OptimizeGroup(g, metadata))];
        BaseSnapshotId = plan.SnapshotId;
        Branch = plan.Branch;
        Reason = plan.NothingToDo;
    }

    internal OptimizePlan(TableArgument table, ManifestPlan plan) : base(table)
    {
        Manifests = plan.Rewritten;
        ExpectedManifests = plan.Expected;
        Size = plan.Bytes;
        BaseSnapshotId = plan.SnapshotId;
        Branch = plan.Branch;
        Reason = plan.NothingToDo;
    }

    /// <summary>Data files that will be rewritten.</summary>
    public int Files { get; }

    /// <summary>Bytes of what will be rewritten.</summary>
    public long Size { get; }

    /// <summary>Data files that they will become, as far as sizes can tell before.</summary>
    public int ExpectedFiles { get; }

    /// <summary>Delete files and deletion vectors that will go.</summary>
    public int DeleteFiles { get; }

    /// <summary>Data files that are rewritten together, with the reasons.</summary>
    public OptimizeGroup[] Groups { get; } = [];

    /// <summary>Manifests that will be rewritten, with -Manifest.</summary>
    public int Manifests { get; }

    public long ExpectedManifests { get; }

    /// <summary>Data files of the table, rewritten or not.</summary>
    public int TotalFiles { get; }

    /// <summary>In bytes.</summary>
    public long TargetFileSize { get; }

    /// <summary>Snapshot that the plan was made on.</summary>
    public long? BaseSnapshotId { get; }

    public string Branch { get; }

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? Reason { get; }
}

/// <summary>Data files that are rewritten together.</summary>
public sealed class OptimizeGroup
{
    internal OptimizeGroup(CompactionGroup group, TableMetadata metadata)
    {
        Partition = group.Partition is { } partition ? PathOf(metadata, group.SpecId, partition) : null;
        Files = group.Files.Length;
        Size = group.Bytes;
        ExpectedFiles = group.ExpectedFiles;
        Reasons = group.Reasons;
    }

    /// <summary>The partition, <c>day=2021-01-01</c>; empty without partitions, null when the rows come from an older partitioning.</summary>
    public string? Partition { get; }

    public int Files { get; }

    public long Size { get; }

    public int ExpectedFiles { get; }

    public CompactionReasons Reasons { get; }

    public override string ToString() => $"{Partition} ({Files} files, {Reasons})";

    private static string PathOf(TableMetadata metadata, int specId, PartitionTuple partition)
    {
        PartitionSpec spec = metadata.Spec(specId);
        return spec.IsUnpartitioned ? "" : PartitionPath.Of(spec, metadata.PartitionType(spec), partition);
    }
}
