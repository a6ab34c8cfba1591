using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A named pointer to a snapshot ("Snapshot References").</summary>
/// <param name="MinSnapshotsToKeep">Branches only: snapshots that expiry keeps at least.</param>
/// <param name="MaxSnapshotAge">Branches only: age up to which expiry keeps snapshots.</param>
/// <param name="MaxRefAge">Age after which the reference itself expires; main never does.</param>
public sealed record SnapshotRef(
    long SnapshotId,
    SnapshotRefType Type,
    int? MinSnapshotsToKeep = null,
    TimeSpan? MaxSnapshotAge = null,
    TimeSpan? MaxRefAge = null)
{
    /// <summary>The branch that readers see when they name none.</summary>
    public const string Main = "main";

    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    /// <summary>No references; names compare letter for letter.</summary>
    public static readonly ImmutableSortedDictionary<string, SnapshotRef> None =
        ImmutableSortedDictionary.Create<string, SnapshotRef>(StringComparer.Ordinal);

    public static SnapshotRef Branch(long snapshotId) => new(snapshotId, SnapshotRefType.Branch);

    public static SnapshotRef Tag(long snapshotId) => new(snapshotId, SnapshotRefType.Tag);
}

public enum SnapshotRefType { Branch, Tag }
