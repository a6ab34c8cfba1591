using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Importing;

public sealed record FileImportOptions
{
    public string Branch { get; init; } = SnapshotRef.Main;

    /// <summary>Whether columns that the table does not have are left unread; else a file with such is refused.</summary>
    public bool IgnoreExtraColumns { get; init; }

    /// <summary>More for the snapshot's summary.</summary>
    public ImmutableSortedDictionary<string, string> Summary { get; init; } = StringMap.Empty;
}
