namespace DeltaTools.Core.Spec.Updates;

/// <summary>What must hold for the current metadata when a commit lands (REST specification, <c>TableRequirement</c>).</summary>
public abstract record TableRequirement
{
    /// <summary>Null when it holds for the metadata (null: the table does not exist), else the reason why not.</summary>
    public abstract string? Check(TableMetadata? metadata);
}

public sealed record AssertCreate : TableRequirement
{
    public override string? Check(TableMetadata? metadata) => metadata is null ? null : "the table exists already";
}

public sealed record AssertTableUuid(Guid Uuid) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) =>
        metadata?.TableUuid == Uuid ? null : $"the table was replaced: its uuid is {metadata?.TableUuid}, not {Uuid}";
}

/// <param name="SnapshotId">The snapshot the branch or tag must point to; null: it must not exist.</param>
public sealed record AssertRefSnapshotId(string Ref, long? SnapshotId) : TableRequirement
{
    public override string? Check(TableMetadata? metadata)
    {
        long? actual = metadata?.Refs.GetValueOrDefault(Ref)?.SnapshotId;
        return actual == SnapshotId ? null
            : $"another writer moved {Ref} from {Text(SnapshotId)} to {Text(actual)}";
    }

    private static string Text(long? id) => id is null ? "no snapshot" : $"snapshot {id}";
}

public sealed record AssertLastAssignedFieldId(int Id) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) =>
        metadata?.LastColumnId == Id ? null : $"another writer added columns: the last field id is {metadata?.LastColumnId}, not {Id}";
}

public sealed record AssertCurrentSchemaId(int Id) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) =>
        metadata?.CurrentSchemaId == Id ? null : $"another writer changed the schema: its id is {metadata?.CurrentSchemaId}, not {Id}";
}

public sealed record AssertLastAssignedPartitionId(int Id) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) => metadata?.LastPartitionId == Id ? null
        : $"another writer added partition fields: the last id is {metadata?.LastPartitionId}, not {Id}";
}

public sealed record AssertDefaultSpecId(int Id) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) =>
        metadata?.DefaultSpecId == Id ? null : $"another writer changed the partitioning: its spec is {metadata?.DefaultSpecId}, not {Id}";
}

public sealed record AssertDefaultSortOrderId(int Id) : TableRequirement
{
    public override string? Check(TableMetadata? metadata) =>
        metadata?.DefaultSortOrderId == Id ? null : $"another writer changed the sort order: it is {metadata?.DefaultSortOrderId}, not {Id}";
}
