using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Spec;

/// <summary>Keys of a snapshot's summary ("Optional Snapshot Summary Fields"), and the values of <c>operation</c>.</summary>
public static class SnapshotSummary
{
    public const string Operation = "operation";
    public const string Append = "append";
    public const string Replace = "replace";
    public const string Overwrite = "overwrite";
    public const string Delete = "delete";

    public const string AddedDataFiles = "added-data-files";
    public const string DeletedDataFiles = "deleted-data-files";
    public const string TotalDataFiles = "total-data-files";
    public const string AddedDeleteFiles = "added-delete-files";
    public const string RemovedDeleteFiles = "removed-delete-files";
    public const string TotalDeleteFiles = "total-delete-files";
    public const string AddedPositionDeleteFiles = "added-position-delete-files";
    public const string RemovedPositionDeleteFiles = "removed-position-delete-files";
    public const string AddedDvs = "added-dvs";
    public const string RemovedDvs = "removed-dvs";
    public const string AddedEqualityDeleteFiles = "added-equality-delete-files";
    public const string RemovedEqualityDeleteFiles = "removed-equality-delete-files";
    public const string AddedRecords = "added-records";
    public const string DeletedRecords = "deleted-records";
    public const string TotalRecords = "total-records";
    public const string AddedFilesSize = "added-files-size";
    public const string RemovedFilesSize = "removed-files-size";
    public const string TotalFilesSize = "total-files-size";
    public const string AddedPositionDeletes = "added-position-deletes";
    public const string RemovedPositionDeletes = "removed-position-deletes";
    public const string TotalPositionDeletes = "total-position-deletes";
    public const string AddedEqualityDeletes = "added-equality-deletes";
    public const string RemovedEqualityDeletes = "removed-equality-deletes";
    public const string TotalEqualityDeletes = "total-equality-deletes";
    public const string ChangedPartitionCount = "changed-partition-count";
    public const string ManifestsCreated = "manifests-created";
    public const string ManifestsKept = "manifests-kept";
    public const string ManifestsReplaced = "manifests-replaced";
    public const string EngineName = "engine-name";
    public const string EngineVersion = "engine-version";

    /// <summary>A count of the snapshot's summary; null when its writer left it out or it is no number.</summary>
    public static long? Number(Snapshot snapshot, string key) => Number(snapshot.Summary, key);

    public static long? Number(ImmutableSortedDictionary<string, string> summary, string key) =>
        long.TryParse(summary.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
