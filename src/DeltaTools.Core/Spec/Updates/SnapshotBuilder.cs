using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>The snapshot side of <see cref="MetadataBuilder"/>: snapshots, references and the snapshot log.</summary>
internal sealed class SnapshotBuilder(DateTimeOffset now)
{
    private readonly HashSet<long> _added = [];
    private readonly HashSet<long> _addedAndMain = [];
    private bool _removed;

    public TableMetadata Add(TableMetadata metadata, Snapshot snapshot)
    {
        if (metadata.Schemas.IsEmpty || metadata.PartitionSpecs.IsEmpty || metadata.SortOrders.IsEmpty)
        {
            throw IcebergException.Invalid("A snapshot cannot be added before a schema, a partition spec and a sort order.");
        }
        if (metadata.Snapshots.Any(s => s.SnapshotId == snapshot.SnapshotId))
        {
            throw IcebergException.Invalid($"The table has a snapshot with id {snapshot.SnapshotId} already.");
        }
        if (metadata.FormatVersion > 1 && snapshot.SequenceNumber <= metadata.LastSequenceNumber && snapshot.ParentSnapshotId is not null)
        {
            throw Conflict($"sequence number {snapshot.SequenceNumber} of snapshot {snapshot.SnapshotId} is taken; "
                + $"the table's last is {metadata.LastSequenceNumber}");
        }
        _added.Add(snapshot.SnapshotId);
        return metadata with
        {
            Snapshots = metadata.Snapshots.Add(snapshot with { Timestamp = Timestamps.CutToMillis(snapshot.Timestamp) }),
            LastSequenceNumber = metadata.FormatVersion > 1 ? Math.Max(metadata.LastSequenceNumber, snapshot.SequenceNumber) : 0,
            NextRowId = metadata.FormatVersion >= 3 ? NextRowId(metadata, snapshot) : metadata.NextRowId,
        };
    }

    public TableMetadata SetRef(TableMetadata metadata, string name, SnapshotRef reference)
    {
        SnapshotRef? existing = metadata.Refs.GetValueOrDefault(name);
        if (reference.UnknownFields.IsEmpty && existing is not null) reference = reference with { UnknownFields = existing.UnknownFields };
        if (reference == existing) return metadata;
        Snapshot snapshot = metadata.Snapshot(reference.SnapshotId)
            ?? throw IcebergException.Invalid($"{name} cannot be set to snapshot {reference.SnapshotId}: the table does not have it.");
        metadata = metadata with { Refs = metadata.Refs.SetItem(name, reference) };
        if (name != SnapshotRef.Main) return metadata;
        if (reference.Type != SnapshotRefType.Branch) throw IcebergException.Invalid("main must be a branch and cannot be made a tag.");
        bool added = _added.Contains(snapshot.SnapshotId);
        if (added) _addedAndMain.Add(snapshot.SnapshotId);
        // Going back to an older snapshot happens now, whenever that snapshot was made.
        DateTimeOffset since = added ? snapshot.Timestamp : now;
        return metadata with
        {
            CurrentSnapshotId = snapshot.SnapshotId,
            SnapshotLog = metadata.CurrentSnapshotId == snapshot.SnapshotId
                ? metadata.SnapshotLog : metadata.SnapshotLog.Add(new(since, snapshot.SnapshotId)),
        };
    }

    public static TableMetadata RemoveRef(TableMetadata metadata, string name) => !metadata.Refs.ContainsKey(name) ? metadata : metadata with
    {
        Refs = metadata.Refs.Remove(name),
        CurrentSnapshotId = name == SnapshotRef.Main ? null : metadata.CurrentSnapshotId,
    };

    /// <summary>With the snapshots go their statistics and the references to them.</summary>
    public TableMetadata Remove(TableMetadata metadata, ImmutableArray<long> ids)
    {
        var gone = ids.ToHashSet();
        ImmutableArray<Snapshot> rest = metadata.Snapshots.RemoveAll(s => gone.Contains(s.SnapshotId));
        if (rest.Length == metadata.Snapshots.Length) return metadata;
        _removed = true;
        metadata = metadata with
        {
            Snapshots = rest,
            Statistics = metadata.Statistics.RemoveAll(s => gone.Contains(s.SnapshotId)),
            PartitionStatistics = metadata.PartitionStatistics.RemoveAll(s => gone.Contains(s.SnapshotId)),
        };
        return metadata.Refs.Where(r => gone.Contains(r.Value.SnapshotId)).Aggregate(metadata, (m, r) => RemoveRef(m, r.Key));
    }

    public static TableMetadata RemoveStatistics(TableMetadata metadata, long snapshotId) =>
        metadata.Statistics.Any(s => s.SnapshotId == snapshotId)
            ? metadata with { Statistics = metadata.Statistics.RemoveAll(s => s.SnapshotId == snapshotId) } : metadata;

    public static TableMetadata RemovePartitionStatistics(TableMetadata metadata, long snapshotId) =>
        metadata.PartitionStatistics.Any(s => s.SnapshotId == snapshotId)
            ? metadata with { PartitionStatistics = metadata.PartitionStatistics.RemoveAll(s => s.SnapshotId == snapshotId) } : metadata;

    /// <summary>Puts the snapshot log in order once all updates are applied.</summary>
    /// <remarks>Snapshots that were current only between two updates of this commit never were for anybody else, so they are left out.
    /// Everything before an expired snapshot goes too: with a gap, the log would name a wrong snapshot for some times.</remarks>
    public TableMetadata WithLog(TableMetadata metadata)
    {
        HashSet<long> intermediate = [.. _addedAndMain.Where(id => id != metadata.CurrentSnapshotId)];
        if (intermediate.Count == 0 && !_removed) return metadata;
        ImmutableArray<SnapshotLogEntry>.Builder log = ImmutableArray.CreateBuilder<SnapshotLogEntry>();
        foreach (SnapshotLogEntry entry in metadata.SnapshotLog)
        {
            if (metadata.Snapshot(entry.SnapshotId) is null)
            {
                if (_removed) log.Clear();
            }
            else if (!intermediate.Contains(entry.SnapshotId)) log.Add(entry);
        }
        return metadata with { SnapshotLog = log.ToImmutable() };
    }

    private static long NextRowId(TableMetadata metadata, Snapshot snapshot)
    {
        if (snapshot.FirstRowId is not { } first || snapshot.AddedRows is not { } rows)
        {
            throw IcebergException.Invalid($"Snapshot {snapshot.SnapshotId} lacks first-row-id and added-rows, which format version 3 requires.");
        }
        return first >= metadata.NextRowId
            ? checked(first + rows)
            : throw Conflict($"row ids from {first} of snapshot {snapshot.SnapshotId} are taken; the table's next is {metadata.NextRowId}");
    }

    private static IcebergException Conflict(string reason) =>
        new(IcebergErrorKind.CommitConflict, $"Another commit came first: {reason}.") { Retryable = true };
}
