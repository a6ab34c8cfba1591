using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Merge;
using CoreSummary = DeltaTools.Core.Merge.MergeSummary;

namespace DeltaTools;

/// <summary>What a merge did.</summary>
public sealed class MergeSummary : EngineOutput
{
    private readonly CoreSummary _summary;

    internal MergeSummary(TableArgument table, CoreSummary summary, string engine) : base(table, summary.Athena)
    {
        _summary = summary;
        Engine = engine;
    }

    public DateOnly ReportDate => _summary.Plan.ReportDate;

    /// <summary>The snapshot that it made; null when there was nothing to do.</summary>
    public long? SnapshotId => _summary.SnapshotId;

    public long Inserted => _summary.Plan.Inserted;

    public long Updated => _summary.Plan.Updated;

    /// <summary>Keys that were deleted; with Scd2 versions that a tombstone ended.</summary>
    public long Deleted => _summary.Plan.Deleted;

    /// <summary>Keys that came, but whose row was as it should be already.</summary>
    public long Unchanged => _summary.Plan.Unchanged;

    /// <summary>Files added and removed, <c>+2/-0</c>.</summary>
    public string Files => FormattableString.Invariant($"+{FilesAdded}/-{FilesRemoved}");

    public TimeSpan Duration => _summary.Duration;

    /// <summary>Why there was nothing to do; null when there was something.</summary>
    public string? Reason => _summary.Plan.NothingToDo;

    /// <summary>Tombstones of keys that were not there.</summary>
    public long IgnoredTombstones => _summary.Plan.IgnoredTombstones;

    /// <summary>Rows received on or before the date that the table stood at, which came later.</summary>
    public long Late => _summary.Plan.Late;

    /// <summary>Keys whose newest rows contradicted each other; the one that arrived last won.</summary>
    public long Ties => _summary.Plan.Ties;

    public long SkippedNullKeys => _summary.Plan.SkippedNullKeys;

    public int FilesAdded => _summary.FilesAdded;

    public int FilesRemoved => _summary.FilesRemoved;

    public long BytesRead => _summary.Plan.BytesRead;

    public long BytesWritten => _summary.BytesWritten;

    /// <summary>How often it was planned, because other writers changed the table; 1 when none did.</summary>
    public int Attempts => _summary.Attempts;

    /// <summary><c>Embedded</c> or <c>Athena</c>.</summary>
    public string Engine { get; }

    public string Source => _summary.Plan.Source;

    public long? SourceSnapshotId => _summary.Plan.SourceSnapshotId;

    public string Branch => _summary.Plan.Branch;

    public MergeMode Mode => _summary.Plan.Mode;

    /// <summary>Rows that were taken out of the table; with SoftDelete and Scd2 deleted rows stay.</summary>
    public long Removed => _summary.Plan.Removed;
}
