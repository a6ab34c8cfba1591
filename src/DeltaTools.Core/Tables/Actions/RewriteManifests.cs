namespace DeltaTools.Core.Tables.Actions;

/// <summary>Writes the manifests of a snapshot anew, their entries ordered by partition, into manifests of the target size.</summary>
/// <remarks>Files stay as they are. Nothing is done when it would not lower the number of manifests.</remarks>
public sealed record RewriteManifests : SnapshotAction
{
    internal override ActionRun Begin(IcebergTable table) => new RewriteManifestsRun(table, this);
}
