using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Merge;

/// <summary>Writes the files of a planned merge: new and updated rows, what is left of rewritten files, deletes of the others.</summary>
/// <remarks>
/// Updated and inserted rows and what is left of rewritten files go into the same new files, so a merge that rewrites a file of a partition
/// does not leave a small file of new rows beside it.
/// </remarks>
internal sealed class MergeWriter(DuckSession session, PreparedMerge merge)
{
    /// <summary>Rows up to which the files of an unsorted table are written in order of their keys: it costs next to nothing, and narrow bounds
    /// let later merges leave files out.</summary>
    private const long SortedRows = 2_000_000;

    private readonly TableMetadata _metadata = merge.Target.Metadata;
    private readonly IObjectStore _store = merge.Target.Store;

    public async Task<MergeFiles> WriteAsync(CancellationToken cancel)
    {
        MatchedRows rows = merge.Rows ?? throw new InvalidOperationException("Nothing is to be written.");
        ImmutableArray<FileScanTask> rewritten = [.. merge.Touched.Where((_, i) => merge.Plan.Files[i].Rewritten)];
        ImmutableArray<DataFile> data = await WriteDataAsync(rows, rewritten, cancel).ConfigureAwait(false);
        try
        {
            RowDeletes deletes = await WriteDeletesAsync(rows, rewritten, cancel).ConfigureAwait(false);
            return new(
                data,
                deletes.Added,
                [.. rewritten.Select(t => t.File)],
                [.. deletes.Replaced.Concat(rewritten.SelectMany(OwnDeletes)).DistinctBy(f => (f.FilePath, f.ContentOffset))]);
        }
        catch
        {
            await _store.DeleteAsync([.. data.Select(f => f.FilePath)], CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ImmutableArray<DataFile>> WriteDataAsync(MatchedRows rows, ImmutableArray<FileScanTask> rewritten, CancellationToken cancel)
    {
        WriteTarget target = WriteTarget.Of(_metadata, merge.Target.Name) with
        {
            KeepsRowLineage = _metadata.FormatVersion >= 3 && merge.Plan.Replaced + rewritten.Length > 0,
        };
        long count = merge.Plan.Inserted + merge.Plan.Replaced + rewritten.Sum(t => t.File.RecordCount);
        string order = count <= SortedRows ? $" ORDER BY {rows.Sql.KeyColumns}" : "";
        if (rewritten.IsEmpty) return await DataFileWriter.WriteAsync(session, _store, target, Named(rows.Written, target) + order, cancel).ConfigureAwait(false);

        PreparedScan scan = await PreparedScan.OpenAsync(
            session, _store, rows.Scan.Input with { Tasks = rewritten, Columns = target.Columns, WithRowKey = true }, cancel).ConfigureAwait(false);
        await using (scan.ConfigureAwait(false))
        {
            // The rewritten files are scanned again by themselves, so their rows have other keys than in the scan that found the changes.
            ImmutableArray<FileScanTask> all = rows.Scan.Input.Tasks;
            string ordinals = string.Join(", ", rewritten.Select((t, i) => string.Create(CultureInfo.InvariantCulture, $"({all.IndexOf(t)}::BIGINT, {i}::BIGINT)")));
            string gone = $"SELECT (o.n << {Sql.PositionBits}) | ({RowNames.Target} & {Sql.PositionMask}) AS k FROM {rows.Table} "
                + $"JOIN (VALUES {ordinals}) o(was, n) ON {RowNames.Target} >> {Sql.PositionBits} = o.was WHERE {RowNames.Action} IN {MergeActions.Replacing}";
            string columns = string.Join(", ", target.Columns.Select(f => Sql.Name(Sql.Column(f))));
            string select = $"SELECT {columns} FROM ({scan.Sql}) s ANTI JOIN ({gone}) g ON s.{Sql.RowKey} = g.k UNION ALL BY NAME {Named(rows.Written, target)}{order}";
            try
            {
                return await DataFileWriter.WriteAsync(session, _store, target, select, cancel).ConfigureAwait(false);
            }
            catch (IcebergException e)
            {
                throw await scan.ExplainAsync(e, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<RowDeletes> WriteDeletesAsync(MatchedRows rows, ImmutableArray<FileScanTask> rewritten, CancellationToken cancel)
    {
        if (merge.Touched.Length == rewritten.Length) return RowDeletes.None;
        ImmutableArray<FileScanTask> all = rows.Scan.Input.Tasks;
        string marked = string.Join(", ", merge.Touched.Except(rewritten).Select(t => all.IndexOf(t).ToString(CultureInfo.InvariantCulture)));
        string keys = $"SELECT {RowNames.Target} AS k FROM {rows.Table} WHERE {RowNames.Action} IN {MergeActions.Replacing} "
            + $"AND {RowNames.Target} >> {Sql.PositionBits} IN ({marked})";
        return await RowDeletes.WriteAsync(session, _store, DeleteTarget.Of(_metadata), all, keys, cancel).ConfigureAwait(false);
    }

    /// <summary>Only the columns that the files are to have.</summary>
    private static string Named(string written, WriteTarget target) =>
        $"SELECT {string.Join(", ", target.Columns.Select(f => Sql.Name(Sql.Column(f))))} FROM ({written})";

    /// <summary>Deletes that are about this file alone and end with it.</summary>
    private static IEnumerable<DataFile> OwnDeletes(FileScanTask task) => task.Deletes.Select(d => d.File)
        .Where(f => f.Content == DataFileContent.PositionDeletes && f.ReferencedDataFile == task.File.FilePath);
}

/// <summary>What a merge adds and removes.</summary>
internal sealed record MergeFiles(
    ImmutableArray<DataFile> AddedData, ImmutableArray<DataFile> AddedDeletes, ImmutableArray<DataFile> RemovedData, ImmutableArray<DataFile> RemovedDeletes)
{
    public long BytesWritten => AddedData.Concat(AddedDeletes).Sum(f => f.ContentSize);

    /// <summary>Locations of the new files, for when the commit fails.</summary>
    public IReadOnlyCollection<string> NewLocations => [.. AddedData.Concat(AddedDeletes).Select(f => f.FilePath).Distinct()];
}
