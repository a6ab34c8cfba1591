using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A manifest as the manifest list tracks it ("Manifest Lists").</summary>
/// <param name="SequenceNumber">Sequence number of the commit that added the manifest; 0 in v1, null while it is to be assigned.</param>
/// <param name="MinSequenceNumber">Lowest data sequence number of its live files.</param>
/// <param name="AddedSnapshotId">Snapshot that added the manifest.</param>
/// <param name="AddedFilesCount">Null (v1) means unknown and must be taken as non-zero; the other counts likewise.</param>
/// <param name="Partitions">Summary for each field of the spec; empty when unknown.</param>
/// <param name="FirstRowId">First row id of its added files (v3 data manifests).</param>
public sealed record ManifestFile(
    string ManifestPath,
    long ManifestLength,
    int PartitionSpecId,
    ManifestContent Content,
    long? SequenceNumber,
    long? MinSequenceNumber,
    long AddedSnapshotId,
    int? AddedFilesCount = null,
    int? ExistingFilesCount = null,
    int? DeletedFilesCount = null,
    long? AddedRowsCount = null,
    long? ExistingRowsCount = null,
    long? DeletedRowsCount = null,
    ImmutableArray<FieldSummary> Partitions = default,
    byte[]? KeyMetadata = null,
    long? FirstRowId = null)
{
    public bool HasLiveFiles => AddedFilesCount != 0 || ExistingFilesCount != 0;

    public bool HasAddedFiles => AddedFilesCount != 0;

    public bool HasDeletedFiles => DeletedFilesCount != 0;
}

public enum ManifestContent { Data = 0, Deletes = 1 }

/// <summary>What a manifest holds in one partition field. Bounds are in the binary single-value form of the field's result type.</summary>
public sealed record FieldSummary(bool ContainsNull, bool? ContainsNan, byte[]? LowerBound, byte[]? UpperBound);
