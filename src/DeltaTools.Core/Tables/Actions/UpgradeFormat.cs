using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables.Actions;

/// <summary>Raises the format version; there is no way back.</summary>
/// <param name="FormatVersion">1 to 3.</param>
public sealed record UpgradeFormat(int FormatVersion) : MetadataAction
{
    public override ImmutableArray<TableUpdate> Apply(TableMetadata metadata)
    {
        if (FormatVersion is < 1 or > 3) throw IcebergException.Unsupported($"Format version {FormatVersion} is not supported; 1 to 3 are.");
        if (FormatVersion < metadata.FormatVersion)
        {
            throw IcebergException.Invalid($"The table has format version {metadata.FormatVersion}; it cannot go back to {FormatVersion}.");
        }
        return FormatVersion == metadata.FormatVersion ? [] : [new UpgradeFormatVersion(FormatVersion)];
    }
}
