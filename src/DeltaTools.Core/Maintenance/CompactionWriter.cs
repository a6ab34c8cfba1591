using System.Collections.Immutable;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Maintenance;

/// <summary>Writes the rows of a group of files to new files, without the rows that are deleted.</summary>
internal sealed class CompactionWriter(DuckSession session, IcebergTable table, CompactionLayout layout)
{
    private readonly NestedField? _numbers = layout.KeepsArrival ? RowNumbers.Of(table.Metadata.CurrentSchema) : null;

    /// <returns>The new files, in the order of the rows where they keep it; nothing when all rows are deleted.</returns>
    public async Task<ImmutableArray<DataFile>> WriteAsync(CompactionGroup group, CancellationToken cancel)
    {
        WriteTarget target = layout.Target with { Partition = group.Partition };
        // What is sorted, or comes from several partitions of one commit, or is spread over partitions, is cut by the writer; all else keeps its order from the first file to the last.
        ImmutableArray<OutputSlice> slices = layout.Sorts || group.Partition is null || (_numbers is not null && Arrival.IsSpread(group.Files))
            ? [new OutputSlice(group.Files, 0, null)] : OutputSlice.Cut(group.Files, target.TargetFileSize);
        List<DataFile> written = [];
        try
        {
            for (int i = 0; i < slices.Length; i++)
            {
                written.AddRange(await WriteAsync(slices[i], target with { FirstOrdinal = i * WriteTarget.OrdinalsPerSource }, cancel).ConfigureAwait(false));
            }
            return [.. written];
        }
        catch
        {
            await table.Store.DeleteAsync([.. written.Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ImmutableArray<DataFile>> WriteAsync(OutputSlice slice, WriteTarget target, CancellationToken cancel)
    {
        PreparedScan scan = await PreparedScan.OpenAsync(session, table.Store, new ScanInput
        {
            Tasks = slice.Files,
            Columns = target.Columns,
            AbsentInto = layout.KeepsArrival ? table.Metadata.CurrentSchema.FindField(RawColumns.Absent) : null,
            Schemas = table.Metadata.Schemas,
            NameMapping = NameMappingJson.Of(table.Metadata),
            FilterSql = slice.Condition,
            WithRowKey = true,
            NumberedBy = _numbers,
        }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            try
            {
                return await DataFileWriter.WriteAsync(session, table.Store, Ordered(target), Select(scan.Sql, target), cancel).ConfigureAwait(false);
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }

    private string Select(string rows, WriteTarget target) => !layout.ZOrder.IsEmpty ? ZOrder.Select(layout.ZOrder, rows)
        // The commits become one, in which the numbers count.
        : _numbers is not null && target.Partition is null ? $"SELECT * REPLACE (row_number() OVER (ORDER BY {Sql.Arrival}) AS {Sql.Column(_numbers)}) FROM ({rows})" : rows;

    private WriteTarget Ordered(WriteTarget target) => target with
    {
        // Files of different schemas are read group by group, so the order of arrival has to be restored.
        OrderSql = layout.KeepsArrival ? _numbers is null ? Sql.RowKey : Sql.Arrival : layout.ZOrder.IsEmpty ? null : ZOrder.Column,
    };
}
