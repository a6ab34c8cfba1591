namespace DeltaTools.Core.Spec;

/// <summary>What table metadata must observe as a whole, as the Java library checks it whenever it reads or makes some.</summary>
public static class TableMetadataRules
{
    /// <summary>The highest format version that is read and written.</summary>
    public const int MaxFormatVersion = 3;

    // Commits come from machines whose clocks differ a little.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The first rule that is broken, as a sentence; null when the metadata is sound.</summary>
    public static string? Problem(TableMetadata metadata) =>
        ListProblem(metadata) ?? SpecProblem(metadata) ?? SnapshotProblem(metadata) ?? RefProblem(metadata) ?? LogProblem(metadata);

    /// <summary>Locations are kept without a slash at the end, so that paths can be appended with one.</summary>
    internal static string StripTrailingSlashes(string location)
    {
        while (location.EndsWith('/') && !location.EndsWith("://", StringComparison.Ordinal)) location = location[..^1];
        return location;
    }

    private static string? ListProblem(TableMetadata m)
    {
        if (m.FormatVersion > 1 && m.TableUuid is null) return $"lacks table-uuid, which format version {m.FormatVersion} requires.";
        if (m.PartitionSpecs.IsEmpty) return "has no partition spec.";
        if (m.SortOrders.IsEmpty) return "has no sort order.";
        return Duplicate(m.Schemas, s => s.SchemaId, "schemas")
            ?? Duplicate(m.PartitionSpecs, s => s.SpecId, "partition specs")
            ?? Duplicate(m.SortOrders, o => o.OrderId, "sort orders")
            ?? Missing(m.Schemas.Any(s => s.SchemaId == m.CurrentSchemaId), "current-schema-id", m.CurrentSchemaId, "schemas")
            ?? Missing(m.PartitionSpecs.Any(s => s.SpecId == m.DefaultSpecId), "default-spec-id", m.DefaultSpecId, "partition-specs")
            ?? Missing(m.SortOrders.Any(o => o.OrderId == m.DefaultSortOrderId), "default-sort-order-id", m.DefaultSortOrderId, "sort-orders");
    }

    /// <summary>Specs and orders that are not in use may refer to columns that are gone.</summary>
    private static string? SpecProblem(TableMetadata m)
    {
        Schema schema = m.CurrentSchema;
        foreach (PartitionSpec spec in m.PartitionSpecs)
        {
            if (PartitionRules.NameProblem(spec, schema) is { } problem) return $"partition spec {spec.SpecId} {problem}";
        }
        if (PartitionRules.SourceProblem(m.DefaultSpec, schema) is { } bad) return $"partition spec {m.DefaultSpecId} {bad}";
        return PartitionRules.SourceProblem(m.DefaultSortOrder, schema) is { } wrong ? $"sort order {m.DefaultSortOrderId} {wrong}" : null;
    }

    private static string? SnapshotProblem(TableMetadata m)
    {
        var ids = new HashSet<long>(m.Snapshots.Length);
        foreach (Snapshot snapshot in m.Snapshots)
        {
            if (!ids.Add(snapshot.SnapshotId)) return $"has two snapshots with id {snapshot.SnapshotId}.";
            if (snapshot.SequenceNumber > m.LastSequenceNumber)
            {
                return $"snapshot {snapshot.SnapshotId} has sequence number {snapshot.SequenceNumber}, "
                    + $"more than the table's last-sequence-number {m.LastSequenceNumber}.";
            }
        }
        return m.CurrentSnapshotId is { } current && !ids.Contains(current)
            ? $"current-snapshot-id {current} is not among the snapshots." : null;
    }

    private static string? RefProblem(TableMetadata m)
    {
        foreach ((string name, SnapshotRef reference) in m.Refs)
        {
            if (m.Snapshot(reference.SnapshotId) is null) return $"ref {name} points to snapshot {reference.SnapshotId}, which is not among the snapshots.";
        }
        SnapshotRef? main = m.Refs.GetValueOrDefault(SnapshotRef.Main);
        if (main is not null && m.CurrentSnapshotId is null) return $"there is no current-snapshot-id, but ref main points to {main.SnapshotId}.";
        return main is not null && main.SnapshotId != m.CurrentSnapshotId
            ? $"current-snapshot-id {m.CurrentSnapshotId} is not the snapshot {main.SnapshotId} of ref main." : null;
    }

    private static string? LogProblem(TableMetadata m) =>
        OrderProblem(m.SnapshotLog.Select(e => e.Timestamp), m.LastUpdated, "snapshot-log")
        ?? OrderProblem(m.MetadataLog.Select(e => e.Timestamp), m.LastUpdated, "metadata-log");

    private static string? OrderProblem(IEnumerable<DateTimeOffset> times, DateTimeOffset lastUpdated, string log)
    {
        DateTimeOffset? last = null;
        foreach (DateTimeOffset time in times)
        {
            if (last - time > ClockSkew) return $"{log} is not in the order of time: {time:O} follows {last:O}.";
            last = time;
        }
        return last - lastUpdated > ClockSkew ? $"last-updated-ms {lastUpdated:O} is before the last entry of {log}, {last:O}." : null;
    }

    private static string? Duplicate<T>(IReadOnlyCollection<T> items, Func<T, int> id, string what) =>
        items.GroupBy(id).FirstOrDefault(g => g.Count() > 1) is { } group ? $"has two {what} with id {group.Key}." : null;

    private static string? Missing(bool found, string field, int id, string list) =>
        found ? null : $"{field} {id} is not among the {list}.";
}
