using System.Collections.Immutable;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Athena;
using DeltaTools.Core.Merge;
using CorePlan = DeltaTools.Core.Merge.MergePlan;

namespace DeltaTools;

/// <summary>What a merge will do: counted, not estimated.</summary>
public sealed class MergePlan : TableOutput
{
    internal MergePlan(TableArgument table, CorePlan plan, MergeOptions options, QueryEngine engine) : base(table)
    {
        Engine = engine;
        Plan = plan;
        Options = options;
    }

    public string Source => Plan.Source;

    /// <summary>What made the plan, and carries it out.</summary>
    public QueryEngine Engine { get; }

    public DateOnly ReportDate => Plan.ReportDate;

    public string Branch => Plan.Branch;

    public MergeMode Mode => Plan.Mode;

    /// <summary>Rows that are taken out of the table; with SoftDelete and Scd2 deleted rows stay.</summary>
    public long Removed => Plan.Removed;

    public long Inserted => Plan.Inserted;

    public long Updated => Plan.Updated;

    /// <summary>Keys that are deleted; with Scd2 versions that a tombstone ends.</summary>
    public long Deleted => Plan.Deleted;

    /// <summary>Keys that came, but whose row is as it should be already.</summary>
    public long Unchanged => Plan.Unchanged;

    /// <summary>Tombstones of keys that are not there.</summary>
    public long IgnoredTombstones => Plan.IgnoredTombstones;

    /// <summary>Rows received on or before the date that the table stands at, which came later.</summary>
    public long Late => Plan.Late;

    /// <summary>Keys whose newest rows contradict each other; the one that arrived last wins.</summary>
    public long Ties => Plan.Ties;

    public long SkippedNullKeys => Plan.SkippedNullKeys;

    /// <summary>What is done to the report table's columns before.</summary>
    public ImmutableArray<string> SchemaChanges => Plan.SchemaChanges;

    /// <summary>Examples: the first keys of each kind of change, with the values before and after.</summary>
    public ImmutableArray<MergeChange> Sample => Plan.Sample;

    /// <summary>In -Check, the branch that has the result.</summary>
    public string? AuditBranch { get; internal init; }

    /// <summary>Data files that will change.</summary>
    public ImmutableArray<MergeFile> Files => Plan.Files;

    /// <summary>Bytes of the report table's files that were read to find the rows.</summary>
    public long BytesRead => Plan.BytesRead;

    /// <summary>Bytes of the files that are written anew.</summary>
    public long BytesToRewrite => Plan.Files.Where(f => f.Rewritten).Sum(f => f.Bytes);

    /// <summary>Snapshot of the report table that the plan was made on.</summary>
    public long? BaseSnapshotId => Plan.BaseSnapshotId;

    /// <summary>Snapshot of the raw table that the plan was made on.</summary>
    public long? SourceSnapshotId => Plan.SourceSnapshotId;

    /// <summary>Why there is nothing to do; null when there is something.</summary>
    public string? Reason => Plan.NothingToDo;

    internal CorePlan Plan { get; }

    internal MergeOptions Options { get; }
}
