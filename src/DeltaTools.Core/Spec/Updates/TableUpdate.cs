using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>A change of table metadata (REST specification, <c>TableUpdate</c>). <c>MetadataUpdates</c> applies them.</summary>
public abstract record TableUpdate
{
    /// <summary>In <see cref="SetCurrentSchema"/>, <see cref="SetDefaultSpec"/> and <see cref="SetDefaultSortOrder"/>: the one added last in this commit.</summary>
    public const int LastAdded = -1;
}

public sealed record AssignUuid(Guid Uuid) : TableUpdate;

public sealed record UpgradeFormatVersion(int FormatVersion) : TableUpdate;

public sealed record AddSchema(Schema Schema) : TableUpdate;

public sealed record SetCurrentSchema(int SchemaId) : TableUpdate;

public sealed record RemoveSchemas(ImmutableArray<int> SchemaIds) : TableUpdate;

public sealed record AddPartitionSpec(PartitionSpec Spec) : TableUpdate;

public sealed record SetDefaultSpec(int SpecId) : TableUpdate;

public sealed record RemovePartitionSpecs(ImmutableArray<int> SpecIds) : TableUpdate;

public sealed record AddSortOrder(SortOrder SortOrder) : TableUpdate;

public sealed record SetDefaultSortOrder(int SortOrderId) : TableUpdate;

public sealed record AddSnapshot(Snapshot Snapshot) : TableUpdate;

public sealed record SetSnapshotRef(string RefName, SnapshotRef Ref) : TableUpdate;

public sealed record RemoveSnapshotRef(string RefName) : TableUpdate;

public sealed record RemoveSnapshots(ImmutableArray<long> SnapshotIds) : TableUpdate;

public sealed record SetLocation(string Location) : TableUpdate;

public sealed record SetProperties(ImmutableSortedDictionary<string, string> Properties) : TableUpdate;

public sealed record RemoveProperties(ImmutableArray<string> Names) : TableUpdate;

public sealed record SetStatistics(StatisticsFile Statistics) : TableUpdate;

public sealed record RemoveStatistics(long SnapshotId) : TableUpdate;

public sealed record SetPartitionStatistics(PartitionStatisticsFile Statistics) : TableUpdate;

public sealed record RemovePartitionStatistics(long SnapshotId) : TableUpdate;

public sealed record AddEncryptionKey(EncryptionKey Key) : TableUpdate;

public sealed record RemoveEncryptionKey(string KeyId) : TableUpdate;
