using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Importing;

/// <summary>Adds existing Parquet files to a table as they are, in one commit.</summary>
/// <remarks>
/// The files stay where they are and belong to the table from then on. Files without field ids are read by the table's name mapping, which
/// is made from the present column names when the table has none.
/// </remarks>
public sealed class FileImporter
{
    private const int Attempts = 5;
    private static readonly string[] s_lineage = [MetadataColumns.RowId.Name, MetadataColumns.LastUpdatedSequenceNumber.Name];

    private readonly DuckSession _session;
    private readonly FileImportOptions _options;
    private readonly ImmutableArray<string> _locations;

    private FileImporter(DuckSession session, FileImportOptions options, ImmutableArray<string> locations)
    {
        _session = session;
        _options = options;
        _locations = locations;
    }

    /// <summary>Looks at the files and finds what adding them would do; nothing is changed.</summary>
    /// <param name="locations">In any spelling; those that mean the same file count once.</param>
    /// <exception cref="IcebergException">RefNotFound: no such branch. What is wrong with a file is told by its <see cref="FileImport"/>.</exception>
    public static Task<FileImportPlan> PlanAsync(
        DuckSession session, IcebergTable table, IEnumerable<string> locations, FileImportOptions options, CancellationToken cancel) =>
        new FileImporter(session, options, [.. locations.Select(table.Store.Resolve).Distinct(StringComparer.Ordinal)]).PlanAsync(table, cancel);

    /// <summary>Adds the files of the plan. When another writer was faster, they are looked at again.</summary>
    /// <returns>What became of each file, in the plan's order.</returns>
    internal async Task<ImmutableArray<FileImport>> CommitAsync(FileImportPlan plan, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            ImmutableArray<DataFile> added = plan.Added;
            if (added.IsEmpty) return plan.Files;
            try
            {
                CommitResult result = await plan.Table.CommitAsync(Actions(plan, added), cancel).ConfigureAwait(false);
                return [.. plan.Files.Select(f => f.Status == FileImportStatus.Imported ? f with { SnapshotId = result.Snapshot?.SnapshotId } : f)];
            }
            catch (IcebergException e) when (e.Kind == IcebergErrorKind.CommitConflict && attempt < Attempts)
            {
                plan = await PlanAsync(await plan.Table.RefreshAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            }
        }
    }

    private IReadOnlyList<TableAction> Actions(FileImportPlan plan, ImmutableArray<DataFile> added)
    {
        TableMetadata metadata = plan.Table.Metadata;
        var add = new AddExistingFiles(plan.StartingSnapshotId, added) { Branch = _options.Branch, Summary = _options.Summary };
        if (metadata.Properties.ContainsKey(TableProperties.NameMapping) || !plan.Files.Any(f => f.NeedsNameMapping)) return [add];
        string mapping = NameMappingJson.ToText(NameMapping.Of(metadata.CurrentSchema));
        return [new UpdateProperties { Set = StringMap.Empty.Add(TableProperties.NameMapping, mapping) }, add];
    }

    private async Task<FileImportPlan> PlanAsync(IcebergTable table, CancellationToken cancel)
    {
        TableMetadata metadata = table.Metadata;
        Snapshot? head = SnapshotSelection.ByRef(metadata, _options.Branch).Snapshot;
        HashSet<string> live =
        [
            .. (await SnapshotFiles.LiveAsync(table.Store, metadata, head, withMetrics: false, cancel).ConfigureAwait(false))
                .Select(e => table.Store.Resolve(e.Entry.DataFile.FilePath)),
        ];
        NameMapping mapping = NameMappingJson.Of(metadata) ?? NameMapping.Of(metadata.CurrentSchema);
        var partition = new FilePartition(metadata, new FileProbe(_session, table.Store, metadata, mapping));
        var files = new FileImport[_locations.Length];
        var parallel = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Math.Max(4, Environment.ProcessorCount) };
        await Parallel.ForAsync(0, files.Length, parallel, async (i, token) =>
        {
            try
            {
                files[i] = live.Contains(_locations[i])
                    ? new(_locations[i], FileImportStatus.AlreadyImported)
                    : await InspectAsync(table, _locations[i], mapping, partition, token).ConfigureAwait(false);
            }
            catch (IcebergException e)
            {
                files[i] = new(_locations[i], FileImportStatus.Refused) { Refused = e };
            }
        }).ConfigureAwait(false);
        return new(this, table, head?.SnapshotId, [.. files]);
    }

    private async Task<FileImport> InspectAsync(
        IcebergTable table, string location, NameMapping mapping, FilePartition partition, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        ParquetFile file = await ParquetFile.InspectAsync(_session, table.Store, location, schema, mapping, cancel).ConfigureAwait(false);
        if (file.File.RecordCount == 0) return new(location, FileImportStatus.Empty) { File = file.File };
        CheckColumns(file, schema);
        PartitionTuple tuple = await partition.OfAsync(file, cancel).ConfigureAwait(false);
        await CheckRequiredAsync(file, table, tuple, mapping, cancel).ConfigureAwait(false);
        return new(location, FileImportStatus.Imported)
        {
            File = file.File with { SpecId = table.Metadata.DefaultSpecId, Partition = tuple },
            NeedsNameMapping = !file.HasFieldIds,
        };
    }

    private void CheckColumns(ParquetFile file, Schema schema)
    {
        string location = file.File.FilePath;
        if (file.HasFieldIds && file.UnknownColumns.FirstOrDefault(s_lineage.Contains) is { } lineage)
            throw Mismatch($"{location} has column {lineage}: it comes from another table, whose row ids mean nothing here.");
        if (file.HasFieldIds && file.Physical.Columns.FirstOrDefault(c => schema.Fields.Any(f => f.Name == c.Name && f.Id != c.Id)) is { } other)
        {
            throw Mismatch(
                $"Column {other.Name} has field id {other.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} in {location}, "
                + $"and {schema.Fields.First(f => f.Name == other.Name).Id} in the table. Its ids are those of another table.");
        }
        if (file.ColumnIds.IsEmpty) throw Mismatch($"{location} has none of the table's columns. It has: {string.Join(", ", file.UnknownColumns)}.");
        if (!_options.IgnoreExtraColumns && !file.UnknownColumns.IsEmpty)
        {
            throw Mismatch(
                $"{location} has columns that the table does not have, and that nobody would read: {string.Join(", ", file.UnknownColumns)}. "
                + "Add them with Set-IcebergTable -AddColumn, or leave them out with -IgnoreExtraColumn.");
        }
    }

    private async Task CheckRequiredAsync(ParquetFile file, IcebergTable table, PartitionTuple tuple, NameMapping mapping, CancellationToken cancel)
    {
        PartitionSpec spec = table.Metadata.DefaultSpec;
        foreach (NestedField field in table.Metadata.CurrentSchema.Fields.Where(f => f.Required))
        {
            if (!file.ColumnIds.Contains(field.Id))
            {
                bool told = spec.Fields.Index().Any(p => p.Item.Transform is IdentityTransform && p.Item.SourceId == field.Id && tuple[p.Index] is not null);
                if (!told && field.InitialDefault is null) throw Mismatch($"{file.File.FilePath} does not have column {field.Name}, which is required.");
                continue;
            }
            if (file.NeverNull.Contains(field.Id)) continue;
            long nulls = field.Type.IsPrimitive && file.File.Metrics.NullValueCounts.TryGetValue(field.Id, out long known) ? known
                : await new FileProbe(_session, table.Store, table.Metadata, mapping).NullsAsync(file.File, field, cancel).ConfigureAwait(false);
            if (nulls > 0) throw Mismatch($"Column {field.Name}, which is required, is NULL in {nulls} rows of {file.File.FilePath}.");
        }
    }

    private static IcebergException Mismatch(string message) => new(IcebergErrorKind.SchemaMismatch, message);
}
