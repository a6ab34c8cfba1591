using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Importing;

/// <summary>Asks the values of a file what its metrics do not tell.</summary>
internal sealed class FileProbe(DuckSession session, IObjectStore store, TableMetadata metadata, NameMapping mapping)
{
    /// <summary>Least and greatest result of a partition field's transform, and how many rows have none.</summary>
    public async Task<(object? Min, object? Max, long Nulls)> RangeAsync(DataFile file, int partitionIndex, CancellationToken cancel)
    {
        var target = new WriteTarget { Schema = metadata.CurrentSchema, Spec = metadata.DefaultSpec, DataLocation = metadata.Location };
        PartitionColumn key = PartitionColumn.Of(target)[partitionIndex];
        await EngineFunctions.EnsureAsync(session, cancel).ConfigureAwait(false);
        object?[] row = await AskAsync(
            file, metadata.DefaultSpec.Fields[partitionIndex].SourceId, $"min({key.Sql}), max({key.Sql}), count(*) - count({key.Sql})",
            [key.Field, key.Field], cancel).ConfigureAwait(false);
        return (row[0], row[1], Convert.ToInt64(row[2], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task<long> NullsAsync(DataFile file, NestedField column, CancellationToken cancel)
    {
        object?[] row = await AskAsync(file, column.Id, $"count(*) - count({Sql.Column(column)})", [], cancel).ConfigureAwait(false);
        return Convert.ToInt64(row[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<object?[]> AskAsync(DataFile file, int fieldId, string what, ImmutableArray<NestedField> results, CancellationToken cancel)
    {
        NestedField column = Expressions.ColumnPath.Find(metadata.CurrentSchema, fieldId)?.Fields[0]
            ?? throw IcebergException.Corrupt($"Table {metadata.Location} is partitioned by field {fieldId}, which its schema does not have.");
        var input = new ScanInput
        {
            Tasks = [new FileScanTask(file, 0, PartitionSpec.Unpartitioned, [])],
            Columns = [column],
            NameMapping = mapping,
        };
        PreparedScan scan = await PreparedScan.OpenAsync(session, store, input, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            try
            {
                return (await RowReader.ReadAllAsync(session, $"SELECT {what} FROM ({scan.Sql})", results, ValueForm.Physical, cancel).ConfigureAwait(false))[0];
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }
}
