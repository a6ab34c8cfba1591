using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Adds data files. Whatever others did meanwhile does not matter.</summary>
public sealed record AppendFiles(ImmutableArray<DataFile> Files) : FileAction
{
    internal override FileChange Change => new() { AddedData = Files };

    internal override string Operation => SnapshotSummary.Append;
}
