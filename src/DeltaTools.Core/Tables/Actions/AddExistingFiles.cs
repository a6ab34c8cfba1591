using System.Collections.Frozen;
using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Adds data files that were there before, which another writer may add at the same time: twice in a table, their rows would be too.</summary>
/// <param name="StartingSnapshotId">The snapshot that was seen not to have them; null: the branch had none.</param>
public sealed record AddExistingFiles(long? StartingSnapshotId, ImmutableArray<DataFile> Files) : FileAction
{
    internal override FileChange Change => new() { AddedData = Files };

    internal override string Operation => SnapshotSummary.Append;

    internal override Task ValidateAsync(Func<long?, Func<DataFile, bool>?, ConflictRules> rules, CancellationToken cancel)
    {
        FrozenSet<string> paths = Files.Select(f => f.FilePath).ToFrozenSet(StringComparer.Ordinal);
        return rules(StartingSnapshotId, f => paths.Contains(f.FilePath)).NoNewDataAsync(cancel);
    }
}
