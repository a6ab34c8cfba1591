using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Checks;

/// <summary>Checks of the metadata file beyond those that every reader makes (<see cref="TableMetadataRules"/>).</summary>
internal static class MetadataCheck
{
    public static IEnumerable<Finding> Of(TableMetadata metadata, string location)
    {
        foreach (Snapshot snapshot in metadata.Snapshots)
        {
            if (snapshot.SchemaId is { } id && metadata.Schemas.All(s => s.SchemaId != id))
                yield return Error($"Snapshot {snapshot.SnapshotId} was written with schema {id}, which the table does not have.", snapshot);
            if (snapshot.ParentSnapshotId is { } parentId && metadata.Snapshot(parentId) is { } parent
                && snapshot.SequenceNumber > 0 && parent.SequenceNumber >= snapshot.SequenceNumber)
            {
                string message = $"Snapshot {snapshot.SnapshotId} has sequence number {snapshot.SequenceNumber}, not more than its parent's, {parent.SequenceNumber}: "
                    + "deletes may apply to the wrong files.";
                yield return Error(message, snapshot) with { Check = CheckKind.SequenceNumber };
            }
            if (snapshot is { FirstRowId: { } first, AddedRows: { } added } && first + added > metadata.NextRowId)
            {
                string message = $"Snapshot {snapshot.SnapshotId} assigned row ids up to {first + added - 1}, but the next row gets {metadata.NextRowId}.";
                yield return Error(message, snapshot) with { Check = CheckKind.RowLineage };
            }
        }
        IEnumerable<IGrouping<long, Snapshot>> shared = metadata.Snapshots.Where(s => s.SequenceNumber > 0).GroupBy(s => s.SequenceNumber).Where(g => g.Count() > 1);
        foreach (IGrouping<long, Snapshot> group in shared)
        {
            yield return Error($"Snapshots {string.Join(", ", group.Select(s => s.SnapshotId))} have one sequence number, {group.Key}.", group.Last()) with
            {
                Severity = FindingSeverity.Warning,
                Check = CheckKind.SequenceNumber,
            };
        }

        Finding Error(string message, Snapshot snapshot) =>
            new(FindingSeverity.Error, CheckKind.Metadata, location, message) { SnapshotId = snapshot.SnapshotId };
    }
}
