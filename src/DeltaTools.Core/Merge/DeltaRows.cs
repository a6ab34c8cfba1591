using System.Globalization;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Finds the delta rows of a key in the order in which they count: by date received, then by arrival.</summary>
internal sealed class DeltaRows(DuckSession session, IcebergTable raw, string dateColumn)
{
    public async Task<IReadOnlyList<DeltaRow>> FindAsync(Predicate filter, CancellationToken cancel)
    {
        TableMetadata metadata = raw.Metadata;
        if (metadata.CurrentSnapshot is not { } head || metadata.CurrentSchema.FindFieldIgnoreCase(dateColumn) is not { } date) return [];
        Schema schema = metadata.CurrentSchema;
        if (Bound(filter, schema) is not { } bound) return [];
        FileScanTask[] files = [.. (await FilesAsync(head, bound, cancel).ConfigureAwait(false)).OrderBy(f => f.SequenceNumber).ThenBy(f => f.File.FilePath, StringComparer.Ordinal)];
        PreparedScan scan = await PreparedScan.OpenAsync(session, raw.Store, new ScanInput
        {
            Tasks = [.. files],
            Columns = [.. schema.Fields],
            Schemas = metadata.Schemas,
            NameMapping = NameMappingJson.Of(metadata),
            FilterSql = Sql.Filter(bound, schema),
            WithRowKey = true,
            NumberedBy = RowNumbers.Of(schema),
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            List<object?[]> rows = await RowReader.ReadAllAsync(session,
                $"SELECT CAST({Sql.Column(date)} AS DATE) AS d, {Sql.RowKey} >> {Sql.PositionBits} FROM ({scan.Sql}) WHERE {Sql.Column(date)} IS NOT NULL ORDER BY d, {scan.Input.ArrivalColumn}",
                [], ValueForm.User, cancel).ConfigureAwait(false);
            var sources = new DeltaSources(metadata);
            return [.. rows.Select(row => sources.Describe((DateOnly)row[0]!, files[Convert.ToInt32(row[1], CultureInfo.InvariantCulture)]))];
        }
    }

    /// <summary>Null when the raw table has no such key, or one of another type.</summary>
    private static Predicate? Bound(Predicate filter, Schema schema)
    {
        try
        {
            return Binder.Bind(filter, schema);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.InvalidArgument)
        {
            return null;
        }
    }

    /// <summary>The files as the imports wrote them, also those that were packed since; the files of now when snapshots have expired.</summary>
    private async Task<IReadOnlyList<FileScanTask>> FilesAsync(Snapshot head, Predicate filter, CancellationToken cancel)
    {
        TableMetadata metadata = raw.Metadata;
        var options = new ScanOptions { Filter = filter };
        if (IncrementalScan.Between(metadata, null, head.SnapshotId) is { } all && all.All(s => s.Operation is SnapshotSummary.Append or SnapshotSummary.Replace))
        {
            var metrics = new MetricsFilter(filter);
            IncrementalPlan plan = await IncrementalScan.PlanAsync(
                raw.Store, metadata, null, head.SnapshotId, AddedFiles.Appends, options with { MetricFields = [.. metrics.FieldIds] }, cancel).ConfigureAwait(false);
            return [.. plan.Files.Where(f => metrics.MayMatch(f.File))];
        }
        return (await ScanPlanner.PlanAsync(raw.Store, metadata, head, metadata.CurrentSchema, options, cancel).ConfigureAwait(false)).Tasks;
    }
}
