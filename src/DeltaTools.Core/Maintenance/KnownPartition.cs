using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Maintenance;

internal static class KnownPartition
{
    /// <summary>The partition by the spec that all rows of the file have; null when that takes looking at them.</summary>
    public static PartitionTuple? Of(PartitionSpec spec, FileScanTask file) =>
        file.File.SpecId == spec.SpecId ? file.File.Partition
        : spec.IsUnpartitioned ? new PartitionTuple([.. spec.Fields.Select(_ => (object?)null)])
        : null;
}
