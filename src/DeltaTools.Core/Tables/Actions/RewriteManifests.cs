using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Writes the manifests of a snapshot anew, their entries ordered by partition, into manifests of the target size.</summary>
/// <remarks>Files stay as they are. Nothing is done when it would not lower the number of manifests.</remarks>
public sealed record RewriteManifests : SnapshotAction
{
    private const long TargetSizeDefault = 8 * 1024 * 1024;

    internal override ActionRun Begin(IcebergTable table) => new RewriteManifestsRun(table, this);

    /// <summary>In bytes.</summary>
    internal static long TargetSize(TableMetadata metadata) =>
        TableProperties.Long(metadata.Properties, TableProperties.ManifestTargetSize, TargetSizeDefault);

    /// <summary>How many manifests those of one content and spec would become; null when that is no fewer.</summary>
    internal static long? Fewer(IReadOnlyCollection<ManifestFile> manifests, long targetSize)
    {
        long fewer = (manifests.Sum(m => m.ManifestLength) + targetSize - 1) / targetSize;
        return fewer < manifests.Count ? fewer : null;
    }
}
