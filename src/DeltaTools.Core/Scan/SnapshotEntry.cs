using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <param name="Manifest">The manifest that lists it.</param>
public sealed record SnapshotEntry(ManifestFile Manifest, ManifestEntry Entry);
