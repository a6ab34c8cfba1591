using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Adds and deletes rows: what a merge, an update or a delete commits, merge-on-read and copy-on-write in any mixture.</summary>
/// <remarks>
/// <para>Rows are deleted by delete files or deletion vectors for files that stay, or by removing files and adding what is left of
/// them. A deletion vector holds all that the file's earlier vector and position delete files held, and replaces them
/// (<see cref="RemovedDeletes"/>).</para>
/// <para>Its operation is <c>append</c> when it only adds rows, <c>delete</c> when it adds none, else <c>overwrite</c>.</para>
/// </remarks>
/// <param name="StartingSnapshotId">The snapshot that it was planned on; null: the branch had none.</param>
public sealed record RowDelta(long? StartingSnapshotId) : FileAction
{
    public ImmutableArray<DataFile> AddedData { get; init; } = [];

    public ImmutableArray<DataFile> AddedDeletes { get; init; } = [];

    public ImmutableArray<DataFile> RemovedData { get; init; } = [];

    public ImmutableArray<DataFile> RemovedDeletes { get; init; } = [];

    /// <summary>Paths of the data files that <see cref="AddedDeletes"/> delete rows of, where the delete files do not name them themselves.</summary>
    public ImmutableArray<string> ReferencedDataFiles { get; init; } = [];

    /// <summary>What of other writers' work meanwhile is a conflict.</summary>
    public Isolation Isolation { get; init; } = Isolation.Serializable;

    /// <summary>Whether a file may hold rows that matter, by its partition and metrics; null: every file may.</summary>
    public Func<DataFile, bool>? MayMatch { get; init; }

    internal override FileChange Change => new()
    {
        AddedData = AddedData,
        AddedDeletes = AddedDeletes,
        RemovedData = RemovedData,
        RemovedDeletes = RemovedDeletes,
    };

    internal override string Operation =>
        AddedData.IsEmpty ? SnapshotSummary.Delete
        : AddedDeletes.IsEmpty && RemovedData.IsEmpty && RemovedDeletes.IsEmpty ? SnapshotSummary.Append
        : SnapshotSummary.Overwrite;

    internal override async Task ValidateAsync(Func<long?, Func<DataFile, bool>?, ConflictRules> rules, CancellationToken cancel)
    {
        FrozenSet<string> referenced = AddedDeletes.Select(FileKey.ReferencedDataFile).OfType<string>().Concat(ReferencedDataFiles).ToFrozenSet();
        if (RemovedData.FirstOrDefault(f => referenced.Contains(f.FilePath)) is { } both)
        {
            throw IcebergException.Invalid($"Data file {both.FilePath} cannot be removed and get deletes in one commit.");
        }
        if (referenced.Count == 0 && Isolation == Isolation.None) return;
        ConflictRules conflicts = rules(StartingSnapshotId, MayMatch);
        await conflicts.DataFilesExistAsync(referenced, deletesMatter: Isolation != Isolation.None, cancel).ConfigureAwait(false);
        if (Isolation == Isolation.Serializable) await conflicts.NoNewDataAsync(cancel).ConfigureAwait(false);
        if (Isolation != Isolation.None)
        {
            await conflicts.NoNewDeletesForAsync(RemovedData, ignoreEquality: false, cancel).ConfigureAwait(false);
            await conflicts.NoNewDeletesAsync(cancel).ConfigureAwait(false);
        }
        FrozenSet<string> vectors = AddedDeletes.Where(f => f.IsDeletionVector).Select(f => f.ReferencedDataFile!).ToFrozenSet();
        await conflicts.NoNewVectorsAsync(vectors, cancel).ConfigureAwait(false);
    }
}

/// <summary>How much a change of rows must not have missed; the values of <c>write.merge.isolation-level</c>.</summary>
public enum Isolation
{
    /// <summary>Nothing but what keeps the table sound.</summary>
    None,

    /// <summary>No rows that it touches may have been deleted meanwhile.</summary>
    Snapshot,

    /// <summary>Nor may rows have been added that it might have touched: the result is as if the changes had come one after the other.</summary>
    Serializable,
}
