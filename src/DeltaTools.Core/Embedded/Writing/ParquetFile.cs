using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>An existing Parquet file as a data file of a table: what adding it without rewriting needs to know.</summary>
/// <param name="File">Counts, metrics and split offsets; unpartitioned until the caller says otherwise.</param>
/// <param name="HasFieldIds">Whether the file itself has field ids. One that has none is read by the table's name mapping.</param>
/// <param name="ColumnIds">Ids of its top-level columns that the table has.</param>
/// <param name="UnknownColumns">Names of its other top-level columns, which will not be read.</param>
internal sealed record ParquetFile(DataFile File, bool HasFieldIds, ImmutableArray<int> ColumnIds, ImmutableArray<string> UnknownColumns)
{
    /// <summary>Its columns with the ids that the table knows them by.</summary>
    public required PhysicalSchema Physical { get; init; }

    /// <summary>Ids of top-level columns that the file itself promises to hold no NULL in.</summary>
    public ImmutableArray<int> NeverNull { get; init; } = [];

    /// <summary>Whether the file has the column, or the field inside structs.</summary>
    public bool Has(int fieldId) => File.Metrics.ValueCounts.ContainsKey(fieldId);

    /// <exception cref="IcebergException">Corrupt: no Parquet file, or a damaged one; SchemaMismatch: a column holds something else than the
    /// table's column.</exception>
    public static async Task<ParquetFile> InspectAsync(
        DuckSession session, IObjectStore store, string location, Schema schema, NameMapping? mapping, CancellationToken cancel)
    {
        string path = await store.ReadPathAsync(location, cancel).ConfigureAwait(false);
        ParquetFooter footer = ParquetFooter.Read(path);
        try
        {
            PhysicalSchema own = PhysicalSchema.Of(footer);
            PhysicalSchema physical = FieldIds.Assign(own, mapping ?? NameMapping.Of(schema));
            ImmutableArray<LeafColumn> leaves = LeafColumn.Of(footer, schema, mapping ?? NameMapping.Of(schema));
            ColumnMetrics metrics = await ParquetMetrics.OfForeignFileAsync(session, path, footer, physical, leaves, cancel).ConfigureAwait(false);
            if (ColumnFit.Problems(schema, physical, leaves) is { IsEmpty: false } problems)
                throw new IcebergException(IcebergErrorKind.SchemaMismatch, $"{location} does not fit the table: {string.Join("; ", problems)}.");
            ILookup<bool, PhysicalField> known = physical.Columns.ToLookup(c => c.Id is { } id && schema.Fields.Any(f => f.Id == id));
            return new(
                new DataFile
                {
                    FilePath = location,
                    RecordCount = footer.RowCount,
                    FileSizeInBytes = footer.FileSize,
                    Metrics = metrics,
                    SplitOffsets = ParquetMetrics.SplitOffsets(footer),
                },
                own.HasIds,
                [.. known[true].Select(c => c.Id!.Value)],
                [.. known[false].Select(c => c.Name)])
            {
                Physical = physical,
                NeverNull = [.. leaves.Where(l => l.Path is [{ Repetition: Repetition.Required }]).Select(l => l.Id)],
            };
        }
        catch (InvalidDataException e)
        {
            throw IcebergException.Corrupt($"The Parquet file {location} is damaged: {e.Message}.", e);
        }
        catch (IcebergException e) when (DuckErrors.MayBeOfFile(e))
        {
            throw IcebergException.Corrupt($"The Parquet file {location} cannot be read: {e.Message}", e);
        }
    }
}
