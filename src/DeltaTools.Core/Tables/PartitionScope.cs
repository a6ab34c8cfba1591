using System.Collections.Frozen;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tables;

/// <summary>The partitions of some files, to tell which manifests may hold them.</summary>
internal sealed class PartitionScope(IEnumerable<DataFile> files)
{
    private readonly FrozenDictionary<int, FrozenSet<PartitionTuple>> _bySpec =
        files.GroupBy(f => f.SpecId).ToFrozenDictionary(g => g.Key, g => g.Select(f => f.Partition).ToFrozenSet());

    public bool MayHold(ManifestFile manifest, TableMetadata metadata) => _bySpec.ContainsKey(manifest.PartitionSpecId);
}
