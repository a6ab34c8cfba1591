using DeltaTools.Cmdlets;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>What an optimisation did.</summary>
public sealed class OptimizeSummary : EngineOutput
{
    internal OptimizeSummary(TableArgument table, CompactionResult result) : base(table, null)
    {
        SnapshotId = result.SnapshotId;
        FilesRemoved = result.FilesRemoved;
        FilesAdded = result.FilesAdded;
        BytesRemoved = result.BytesRemoved;
        BytesAdded = result.BytesAdded;
        DeleteFilesRemoved = result.DeleteFilesRemoved;
        Commits = result.Commits;
        Attempts = result.Attempts;
        Duration = result.Duration;
        Branch = result.Plan.Branch;
        Reason = result.Plan.NothingToDo;
    }

    internal OptimizeSummary(TableArgument table, ManifestResult result) : base(table, null)
    {
        SnapshotId = result.SnapshotId;
        ManifestsRemoved = result.Removed;
        ManifestsAdded = result.Added;
        Commits = result.SnapshotId is null ? 0 : 1;
        Attempts = result.Attempts;
        Duration = result.Duration;
        Branch = result.Plan.Branch;
        Reason = result.Plan.NothingToDo;
    }

    internal OptimizeSummary(TableArgument table, AthenaMaintenanceResult result) : base(table, result.Statistics)
    {
        long Before(string key) => Number(result.Before.Metadata.CurrentSnapshot, key);
        long After(string key) => Number(result.After.Metadata.CurrentSnapshot, key);
        bool changed = result.Before.Metadata.CurrentSnapshotId != result.After.Metadata.CurrentSnapshotId;
        SnapshotId = changed ? result.After.Metadata.CurrentSnapshotId : null;
        FilesRemoved = (int)Before(SnapshotSummary.TotalDataFiles);
        FilesAdded = (int)After(SnapshotSummary.TotalDataFiles);
        BytesRemoved = Before(SnapshotSummary.TotalFilesSize);
        BytesAdded = After(SnapshotSummary.TotalFilesSize);
        DeleteFilesRemoved = (int)Math.Max(0, Before(SnapshotSummary.TotalDeleteFiles) - After(SnapshotSummary.TotalDeleteFiles));
        Commits = changed ? 1 : 0;
        Attempts = result.Runs;
        Duration = result.Duration;
        Branch = SnapshotRef.Main;
        Reason = changed ? null : "Athena found nothing to rewrite.";
    }

    /// <summary>Data files before and after, <c>6 -> 2</c>.</summary>
    public string Files => FormattableString.Invariant($"{FilesRemoved} -> {FilesAdded}");

    /// <summary>Bytes of the data files before and after, <c>1.2 MB -> 0.9 MB</c>.</summary>
    public string Size => $"{ViewFormat.Bytes(BytesRemoved)} -> {ViewFormat.Bytes(BytesAdded)}";

    /// <summary>Delete files and deletion vectors that are gone, since they were applied or applied to nothing.</summary>
    public int DeleteFilesRemoved { get; }

    /// <summary>The last snapshot that it made; null when there was nothing to do.</summary>
    public long? SnapshotId { get; }

    /// <summary>Why there was nothing to do; null when there was something.</summary>
    public string? Reason { get; }

    public int FilesRemoved { get; }

    public int FilesAdded { get; }

    public long BytesRemoved { get; }

    public long BytesAdded { get; }

    /// <summary>Manifests that -Manifest replaced.</summary>
    public int ManifestsRemoved { get; }

    public int ManifestsAdded { get; }

    /// <summary>1, unless -PartialProgress was given; 0 when there was nothing to do.</summary>
    public int Commits { get; }

    /// <summary>How often it was planned, because other writers changed what was rewritten.</summary>
    public int Attempts { get; }

    public TimeSpan Duration { get; }

    public string Branch { get; }

    private static long Number(Snapshot? snapshot, string key) => snapshot is null ? 0 : TableProperties.Long(snapshot.Summary, key, 0);
}
