using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Replaces files by others with the same rows: compaction, sorting, application of deletes.</summary>
/// <param name="StartingSnapshotId">The snapshot whose files were rewritten.</param>
public sealed record RewriteFiles(long StartingSnapshotId) : FileAction
{
    public ImmutableArray<DataFile> RemovedData { get; init; } = [];

    public ImmutableArray<DataFile> RemovedDeletes { get; init; } = [];

    public ImmutableArray<DataFile> AddedData { get; init; } = [];

    public ImmutableArray<DataFile> AddedDeletes { get; init; } = [];

    /// <summary>Data sequence number of the added data files; usually that of the starting snapshot, so that equality deletes that
    /// others commit meanwhile apply to them. Null: that of the commit, and such deletes are a conflict.</summary>
    public long? DataSequenceNumber { get; init; }

    /// <summary>Data sequence numbers of added data files that have one of their own, by location.</summary>
    public ImmutableDictionary<string, long> SequenceNumbers { get; init; } = ImmutableDictionary<string, long>.Empty;

    internal override FileChange Change => new()
    {
        AddedData = AddedData,
        AddedDeletes = AddedDeletes,
        RemovedData = RemovedData,
        RemovedDeletes = RemovedDeletes,
        SequenceNumberOf = SequenceNumberOf,
    };

    internal override string Operation => SnapshotSummary.Replace;

    internal override async Task ValidateAsync(Func<long?, Func<DataFile, bool>?, ConflictRules> rules, CancellationToken cancel)
    {
        if (RemovedData.IsEmpty && !AddedData.IsEmpty) throw IcebergException.Invalid("A rewrite cannot add data files without removing any.");
        if (RemovedDeletes.IsEmpty && RemovedData.IsEmpty) throw IcebergException.Invalid("A rewrite must remove the files that it replaces.");
        await rules(StartingSnapshotId, null)
            .NoNewDeletesForAsync(RemovedData, ignoreEquality: AddedData.All(f => SequenceNumberOf(f) is not null), cancel).ConfigureAwait(false);
    }

    private long? SequenceNumberOf(DataFile file) =>
        SequenceNumbers.TryGetValue(file.FilePath, out long sequence) ? sequence : DataSequenceNumber;
}
