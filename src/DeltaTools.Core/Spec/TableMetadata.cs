using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>All there is to know about a table: schemas, partition specs, properties, snapshots ("Table Metadata").</summary>
/// <remarks>Immutable; a commit makes the next one. Lists are in the order of the metadata file.</remarks>
public sealed record TableMetadata
{
    /// <summary>1, 2 or 3.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Null only in v1 tables of old writers.</summary>
    public required Guid? TableUuid { get; init; }

    /// <summary>Base location as an absolute URI.</summary>
    public required string Location { get; init; }

    /// <summary>Sequence number of the last commit; 0 in v1.</summary>
    public long LastSequenceNumber { get; init; }

    public required DateTimeOffset LastUpdated { get; init; }

    public required int LastColumnId { get; init; }

    public required ImmutableArray<Schema> Schemas { get; init; }

    public required int CurrentSchemaId { get; init; }

    public required ImmutableArray<PartitionSpec> PartitionSpecs { get; init; }

    public required int DefaultSpecId { get; init; }

    public required int LastPartitionId { get; init; }

    public ImmutableArray<SortOrder> SortOrders { get; init; } = [SortOrder.Unsorted];

    public int DefaultSortOrderId { get; init; }

    public ImmutableSortedDictionary<string, string> Properties { get; init; } = StringMap.Empty;

    /// <summary>Head of the main branch; null when the table has no snapshot.</summary>
    public long? CurrentSnapshotId { get; init; }

    public ImmutableArray<Snapshot> Snapshots { get; init; } = [];

    /// <summary>When which snapshot became current, oldest first.</summary>
    public ImmutableArray<SnapshotLogEntry> SnapshotLog { get; init; } = [];

    /// <summary>Earlier metadata files, oldest first.</summary>
    public ImmutableArray<MetadataLogEntry> MetadataLog { get; init; } = [];

    /// <summary>Branches and tags by name; <c>main</c> is here whenever there is a current snapshot.</summary>
    public ImmutableSortedDictionary<string, SnapshotRef> Refs { get; init; } = SnapshotRef.None;

    public ImmutableArray<StatisticsFile> Statistics { get; init; } = [];

    public ImmutableArray<PartitionStatisticsFile> PartitionStatistics { get; init; } = [];

    /// <summary>First row id of the next snapshot (v3).</summary>
    public long NextRowId { get; init; }

    public ImmutableArray<EncryptionKey> EncryptionKeys { get; init; } = [];

    /// <summary>Fields of the JSON that this version does not know, as raw JSON; written back as they were.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;

    private SnapshotIndex? _snapshotIndex;

    public Schema CurrentSchema => Schema(CurrentSchemaId);

    public PartitionSpec DefaultSpec => Spec(DefaultSpecId);

    public SortOrder DefaultSortOrder => SortOrders.First(o => o.OrderId == DefaultSortOrderId);

    public Snapshot? CurrentSnapshot => CurrentSnapshotId is { } id ? Snapshot(id) : null;

    /// <exception cref="IcebergException">Corrupt: no such schema.</exception>
    public Schema Schema(int id) => Schemas.FirstOrDefault(s => s.SchemaId == id)
        ?? throw IcebergException.Corrupt($"Table {Location} has no schema with id {id}.");

    /// <exception cref="IcebergException">Corrupt: no such partition spec.</exception>
    public PartitionSpec Spec(int id) => PartitionSpecs.FirstOrDefault(s => s.SpecId == id)
        ?? throw IcebergException.Corrupt($"Table {Location} has no partition spec with id {id}.");

    /// <summary>The snapshot, or null when the table does not have it (any more).</summary>
    public Snapshot? Snapshot(long id)
    {
        // "with" copies the index along: it serves only as long as the snapshots are those it was built for.
        if (_snapshotIndex is not { } index || index.Of != Snapshots)
        {
            index = new(Snapshots, Snapshots.DistinctBy(s => s.SnapshotId).ToDictionary(s => s.SnapshotId));
            _snapshotIndex = index;
        }
        return index.ById.GetValueOrDefault(id);
    }

    /// <summary>The schema of a snapshot: its own when it names one, else the current one.</summary>
    public Schema SchemaOf(Snapshot snapshot) => snapshot.SchemaId is { } id ? Schema(id) : CurrentSchema;

    private sealed record SnapshotIndex(ImmutableArray<Snapshot> Of, Dictionary<long, Snapshot> ById);
}

public sealed record SnapshotLogEntry(DateTimeOffset Timestamp, long SnapshotId)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}

public sealed record MetadataLogEntry(DateTimeOffset Timestamp, string MetadataFile)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}

/// <summary>A key of table encryption (v3); carried, never used.</summary>
public sealed record EncryptionKey(
    string KeyId,
    string EncryptedKeyMetadata,
    string? EncryptedById,
    ImmutableSortedDictionary<string, string> Properties)
{
    /// <summary>Fields of the JSON that this version does not know, as raw JSON.</summary>
    public ImmutableSortedDictionary<string, string> UnknownFields { get; init; } = StringMap.Empty;
}
