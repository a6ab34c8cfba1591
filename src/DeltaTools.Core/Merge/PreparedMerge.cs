using System.Collections.Immutable;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>A planned merge with its working tables: ready to be shown, or to be carried out.</summary>
internal sealed class PreparedMerge(
    IcebergTable target, Snapshot? head, MergePlan plan, MergeState? next, MatchedRows? rows, ImmutableArray<FileScanTask> touched,
    WorkingTables tables) : IAsyncDisposable
{
    public IcebergTable Target { get; } = target;

    /// <summary>The schema that the report table has; <see cref="Target"/> may have another, which the merge gives it.</summary>
    public int FromSchemaId { get; init; } = target.Metadata.CurrentSchemaId;

    /// <summary>How far the branch was merged when this was planned.</summary>
    public MergeState? State { get; init; }

    public bool ChangesSchema => FromSchemaId != Target.Metadata.CurrentSchemaId;

    /// <summary>The snapshot of the report table that it was planned on.</summary>
    public Snapshot? Head { get; } = head;

    public MergePlan Plan { get; } = plan;

    /// <summary>Where the table stands afterwards; null when it stands there already.</summary>
    public MergeState? Next { get; } = next;

    /// <summary>Null when nothing has to be compared.</summary>
    public MatchedRows? Rows { get; } = rows;

    /// <summary>The data files of <see cref="MergePlan.Files"/>, in the same order.</summary>
    public ImmutableArray<FileScanTask> Touched { get; } = touched;

    public ValueTask DisposeAsync() => tables.DisposeAsync();
}
