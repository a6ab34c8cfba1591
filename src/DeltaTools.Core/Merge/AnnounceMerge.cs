using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Announces a merge, if the branch still is as it was planned on.</summary>
internal sealed record AnnounceMerge(string Branch, PendingMerge Merge) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (metadata.Refs.GetValueOrDefault(Branch)?.SnapshotId != Merge.BaseSnapshotId)
        {
            throw new IcebergException(IcebergErrorKind.CommitConflict,
                $"Another writer changed {Branch} of table {metadata.Location} while the merge was planned.");
        }
        string name = PendingMerge.PropertyOf(Branch), value = Merge.ToProperty();
        return metadata.Properties.GetValueOrDefault(name) == value ? [] : [new SetProperties(StringMap.Empty.Add(name, value))];
    }
}
