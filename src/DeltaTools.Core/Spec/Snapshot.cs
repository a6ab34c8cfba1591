using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>The state of a table at some point in time ("Snapshots").</summary>
/// <param name="SnapshotId">Unique random positive number.</param>
/// <param name="ParentSnapshotId">The snapshot it was made from; null for the first. It may have been expired.</param>
/// <param name="SequenceNumber">Order of commits; 0 in v1.</param>
/// <param name="Timestamp">When it was made, to the millisecond.</param>
/// <param name="ManifestList">Location of the manifest list; null only in v1 snapshots that embed <paramref name="Manifests"/>.</param>
/// <param name="Manifests">Manifest locations of old v1 snapshots; empty otherwise.</param>
/// <param name="Summary">What the commit did; <c>operation</c> and the keys of <see cref="SnapshotSummary"/>.</param>
/// <param name="SchemaId">The table's current schema when it was made.</param>
/// <param name="FirstRowId">First row id it assigned (v3).</param>
/// <param name="AddedRows">Upper bound of the row ids it assigned (v3).</param>
/// <param name="KeyId">Encryption key of the manifest list (v3).</param>
public sealed record Snapshot(
    long SnapshotId,
    long? ParentSnapshotId,
    long SequenceNumber,
    DateTimeOffset Timestamp,
    string? ManifestList,
    ImmutableArray<string> Manifests,
    ImmutableSortedDictionary<string, string> Summary,
    int? SchemaId = null,
    long? FirstRowId = null,
    long? AddedRows = null,
    string? KeyId = null)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON; written back as they were.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    /// <summary><c>append</c>, <c>replace</c>, <c>overwrite</c> or <c>delete</c>; null in old v1 snapshots without a summary.</summary>
    public string? Operation => Summary.GetValueOrDefault(SnapshotSummary.Operation);
}
