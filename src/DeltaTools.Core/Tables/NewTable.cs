using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Tables;

/// <summary>What a table is created with.</summary>
/// <param name="Schema">Columns with unique field ids.</param>
public sealed record NewTable(Schema Schema)
{
    /// <summary>Fields may be without ids; they get them.</summary>
    public PartitionSpec PartitionSpec { get; init; } = PartitionSpec.Unpartitioned;

    public SortOrder SortOrder { get; init; } = SortOrder.Unsorted;

    public ImmutableSortedDictionary<string, string> Properties { get; init; } = StringMap.Empty;

    /// <summary>Amazon Athena works on 2 only.</summary>
    public int FormatVersion { get; init; } = 2;

    /// <summary>The first metadata of the table.</summary>
    /// <exception cref="IcebergException">InvalidArgument: schema, partitioning and sort order do not fit together or the format version.</exception>
    public TableMetadata At(string location) => MetadataUpdates.Apply(
        null,
        [
            new UpgradeFormatVersion(FormatVersion),
            new SetLocation(location),
            new AddSchema(Schema), new SetCurrentSchema(TableUpdate.LastAdded),
            new AddPartitionSpec(PartitionSpec), new SetDefaultSpec(TableUpdate.LastAdded),
            new AddSortOrder(SortOrder), new SetDefaultSortOrder(TableUpdate.LastAdded),
            new SetProperties(Properties),
        ],
        DateTimeOffset.UtcNow);
}
