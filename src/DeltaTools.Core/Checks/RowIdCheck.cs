using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Checks;

/// <summary>Whether every row of a snapshot has an id of its own (format version 3, "Row Lineage").</summary>
internal static class RowIdCheck
{
    public static async Task<ImmutableArray<Finding>> RunAsync(
        DuckSession session, IObjectStore store, TableMetadata metadata, Snapshot snapshot, CancellationToken cancel)
    {
        if (snapshot.FirstRowId is null) return [];
        ScanPlan plan = await ScanPlanner.PlanAsync(store, metadata, snapshot, metadata.CurrentSchema, ScanOptions.All, cancel).ConfigureAwait(false);
        ImmutableArray<FileScanTask> tasks = [.. plan.Tasks.Where(t => t.File.FirstRowId is not null && t.File.Format != FileFormat.Orc)];
        var input = new ScanInput
        {
            Tasks = tasks,
            Columns = [MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
        };
        PreparedScan scan = await PreparedScan.OpenAsync(session, store, input, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            string id = Sql.Column(MetadataColumns.RowId), sequence = Sql.Column(MetadataColumns.LastUpdatedSequenceNumber);
            object?[] row = (await RowReader.ReadAllAsync(
                session, $"SELECT count({id}), count(DISTINCT {id}), coalesce(max({id}), -1), coalesce(max({sequence}), 0) FROM ({scan.Sql})",
                [], ValueForm.Physical, cancel).ConfigureAwait(false))[0];
            long[] found = [.. row.Select(v => Convert.ToInt64(v, CultureInfo.InvariantCulture))];
            List<Finding> findings = [];
            if (found[0] != found[1]) findings.Add(Error($"{found[0] - found[1]} rows have the id of another row."));
            if (found[2] >= metadata.NextRowId) findings.Add(Error($"A row has id {found[2]}, but the table will give {metadata.NextRowId} to the next row."));
            if (found[3] > snapshot.SequenceNumber)
                findings.Add(Error($"A row was last updated by sequence number {found[3]}, after the snapshot's own, {snapshot.SequenceNumber}."));
            return [.. findings];
        }

        Finding Error(string message) => new(FindingSeverity.Error, CheckKind.RowLineage, null, message) { SnapshotId = snapshot.SnapshotId };
    }
}
