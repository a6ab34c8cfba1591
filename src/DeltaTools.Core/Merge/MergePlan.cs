using System.Collections.Immutable;

namespace DeltaTools.Core.Merge;

/// <summary>What a merge will do: counted, not estimated.</summary>
public sealed record MergePlan
{
    public required string Table { get; init; }

    public required string Source { get; init; }

    public required DateOnly ReportDate { get; init; }

    public required string Branch { get; init; }

    public MergeMode Mode { get; init; }

    /// <summary>Snapshot of the report table that the plan was made on; null when it has none.</summary>
    public long? BaseSnapshotId { get; init; }

    /// <summary>Snapshot of the raw table that the plan was made on; null when it has none.</summary>
    public long? SourceSnapshotId { get; init; }

    /// <summary>The raw table that the report table was merged from so far, when it is another one: rows that only that one has stay. Else null.</summary>
    public string? OtherSource { get; init; }

    /// <summary>Report date that the table stands at; null before its first merge.</summary>
    public DateOnly? Watermark { get; init; }

    public long Inserted { get; init; }

    public long Updated { get; init; }

    /// <summary>Keys that were deleted; with SoftDelete and Scd2 their rows stay.</summary>
    public long Deleted { get; init; }

    /// <summary>Rows that are taken out of the table.</summary>
    public long Removed { get; init; }

    /// <summary>Keys that came, but whose row is as it should be already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Tombstones of keys that are not there.</summary>
    public long IgnoredTombstones { get; init; }

    /// <summary>Rows received on or before the watermark that came after it was reached.</summary>
    public long Late { get; init; }

    /// <summary>Keys whose newest rows contradict each other; the one that arrived last wins.</summary>
    public long Ties { get; init; }

    /// <summary>Rows left out because a key column is NULL.</summary>
    public long SkippedNullKeys { get; init; }

    /// <summary>Rows of the raw table that were looked at.</summary>
    public long SourceRows { get; init; }

    /// <summary>Data files of the report table that change.</summary>
    public ImmutableArray<MergeFile> Files { get; init; } = [];

    /// <summary>What is done to the report table's columns before, in words; see <see cref="MergeOptions.SchemaEvolution"/>.</summary>
    public ImmutableArray<string> SchemaChanges { get; init; } = [];

    /// <summary>Examples: the first keys of each kind of change; see <see cref="MergeOptions.SampleSize"/>.</summary>
    public ImmutableArray<MergeChange> Sample { get; init; } = [];

    /// <summary>Bytes of the data files that were read to find the rows.</summary>
    public long BytesRead { get; init; }

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? NothingToDo { get; init; }

    /// <summary>Rows that are written in the place of one that is there.</summary>
    internal long Replaced { get; init; }

    public bool ChangesRows => Inserted + Updated + Deleted + Removed > 0;

    /// <summary>Says why there is nothing to do, when the counts say so.</summary>
    internal MergePlan WithReason() => ChangesRows ? this : this with
    {
        NothingToDo = $"The {SourceRows} rows that came change nothing: {Unchanged} keys are as they should be, {IgnoredTombstones} deleted keys are not there.",
    };
}

/// <summary>A data file that a merge changes.</summary>
/// <param name="Rows">Rows of the file, deleted ones included.</param>
/// <param name="Changed">Rows that are updated or deleted; none in a small file that is written anew together with new rows.</param>
/// <param name="Rewritten">Whether the file is written anew without them; else they are marked as deleted.</param>
public sealed record MergeFile(string Path, long Rows, long Changed, bool Rewritten, long Bytes);
