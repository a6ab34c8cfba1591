using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Removes data files with all their rows, and the delete files that refer to them alone.</summary>
/// <remarks>They must still be there; rows of them that others deleted meanwhile are gone either way.</remarks>
public sealed record DeleteFiles(ImmutableArray<DataFile> Files) : FileAction
{
    internal override FileChange Change => new() { RemovedData = Files };

    internal override string Operation => SnapshotSummary.Delete;
}
