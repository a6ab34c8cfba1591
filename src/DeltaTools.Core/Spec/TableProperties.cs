using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace DeltaTools.Core.Spec;

/// <summary>Names and defaults of the table properties that we read.</summary>
public static class TableProperties
{
    public const string NameMapping = "schema.name-mapping.default";
    public const string DataPath = "write.data.path";
    public const string MetadataPath = "write.metadata.path";
    public const string TargetFileSize = "write.target-file-size-bytes";
    public const string DeleteTargetFileSize = "write.delete.target-file-size-bytes";
    public const string ParquetCompression = "write.parquet.compression-codec";
    public const string ParquetCompressionLevel = "write.parquet.compression-level";
    public const string DeleteGranularity = "write.delete.granularity";
    public const string ParquetRowGroupSize = "write.parquet.row-group-size-bytes";
    public const string MetadataCompression = "write.metadata.compression-codec";
    public const string AvroCompression = "write.avro.compression-codec";
    public const string MetadataPreviousVersionsMax = "write.metadata.previous-versions-max";
    public const string MetadataDeleteAfterCommit = "write.metadata.delete-after-commit.enabled";
    public const string MergeMode = "write.merge.mode";
    public const string DefaultFileFormat = "write.format.default";
    public const string MergeIsolation = "write.merge.isolation-level";
    public const string ManifestTargetSize = "commit.manifest.target-size-bytes";
    public const string ManifestMinMergeCount = "commit.manifest.min-count-to-merge";
    public const string ManifestMergeEnabled = "commit.manifest-merge.enabled";
    public const string RetryCount = "commit.retry.num-retries";
    public const string RetryMinWait = "commit.retry.min-wait-ms";
    public const string RetryMaxWait = "commit.retry.max-wait-ms";
    public const string RetryTotal = "commit.retry.total-timeout-ms";
    public const string StatusCheckCount = "commit.status-check.num-retries";
    public const string MaxSnapshotAge = "history.expire.max-snapshot-age-ms";
    public const string MinSnapshotsToKeep = "history.expire.min-snapshots-to-keep";
    public const string MaxRefAge = "history.expire.max-ref-age-ms";
    public const string GcEnabled = "gc.enabled";

    /// <summary>Names that stand for metadata fields and are never stored as properties (as in Java).</summary>
    public static readonly FrozenSet<string> Reserved =
    [
        "format-version", "uuid", "snapshot-count", "current-snapshot-id", "current-snapshot-summary", "current-snapshot-timestamp-ms",
        "current-schema", "default-partition-spec", "default-sort-order",
    ];

    /// <summary>512 MB, as in Java.</summary>
    public const long TargetFileSizeDefault = 512L * 1024 * 1024;

    public static long Long(ImmutableSortedDictionary<string, string> properties, string name, long fallback) =>
        properties.TryGetValue(name, out string? text)
            ? long.TryParse(text, CultureInfo.InvariantCulture, out long value) ? value : throw Bad(name, text, "a whole number")
            : fallback;

    public static int Int(ImmutableSortedDictionary<string, string> properties, string name, int fallback) =>
        checked((int)Long(properties, name, fallback));

    public static bool Bool(ImmutableSortedDictionary<string, string> properties, string name, bool fallback) =>
        properties.TryGetValue(name, out string? text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : fallback;

    private static IcebergException Bad(string name, string text, string wanted) =>
        IcebergException.Invalid($"Table property {name} = '{text}' is not {wanted}. Set it with Set-IcebergTable -Property.");
}
