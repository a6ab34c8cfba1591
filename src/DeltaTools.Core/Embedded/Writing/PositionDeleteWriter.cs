using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Writes position delete files: sorted by path and position, one for each data file or for each partition.</summary>
internal static class PositionDeleteWriter
{
    private static readonly NestedField Path = MetadataColumns.DeleteFilePath, Pos = MetadataColumns.DeletePos;
    private static readonly Schema FileSchema = Schema.Of(Path, Pos);

    public static async Task<RowDeletes> WriteAsync(
        DuckSession session, FileSink sink, DeleteTarget target, ImmutableArray<FileScanTask> tasks, string table, CancellationToken cancel)
    {
        List<object?[]> touched = await RowReader.ReadAllAsync(
            session, $"SELECT DISTINCT (k >> {Sql.PositionBits})::INTEGER FROM {table} ORDER BY 1", [], ValueForm.Physical, cancel).ConfigureAwait(false);
        ImmutableArray<int>[] groups = [.. touched
            .Select(r => (int)r[0]!)
            .GroupBy(o => target.ByPartition ? (0, tasks[o].File.SpecId, tasks[o].File.Partition) : (o, 0, PartitionTuple.Empty))
            .Select(g => g.ToImmutableArray())];
        var files = new ConcurrentBag<(int Order, DataFile File)>();
        var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = session.Options.EffectiveThreads };
        await Parallel.ForAsync(0, groups.Length, options, async (i, token) =>
            files.Add((i, await WriteOneAsync(session, sink, target, tasks, groups[i], table, token).ConfigureAwait(false)))).ConfigureAwait(false);
        return new([.. files.OrderBy(f => f.Order).Select(f => f.File)], []);
    }

    private static async Task<DataFile> WriteOneAsync(
        DuckSession session,
        FileSink sink,
        DeleteTarget target,
        ImmutableArray<FileScanTask> tasks,
        ImmutableArray<int> ordinals,
        string table,
        CancellationToken cancel)
    {
        NewFile file = sink.Next();
        var columns = new WriteTarget { Schema = FileSchema, DataLocation = target.DataLocation, Compression = target.Compression };
        await session.ExecuteAsync(
            $"COPY ({Select(tasks, ordinals, table)}) TO {Sql.Text(file.Path)} ({ParquetOptions.Of(columns, FileSchema.Struct)})", cancel).ConfigureAwait(false);
        ParquetFooter footer = ParquetFooter.Read(file.Path);
        ColumnMetrics metrics = ParquetMetrics.Of(footer, LeafColumn.Of(footer, FileSchema));
        string[] paths = [.. ordinals.Select(o => tasks[o].File.FilePath).Order(ValueComparer.Instance).Cast<string>()];
        await sink.PublishAsync(file, cancel).ConfigureAwait(false);
        DataFile data = tasks[ordinals[0]].File;
        return new DataFile
        {
            Content = DataFileContent.PositionDeletes,
            FilePath = file.Location,
            SpecId = data.SpecId,
            Partition = data.Partition,
            RecordCount = footer.RowCount,
            FileSizeInBytes = footer.FileSize,
            // Whole paths, so that readers can tell from equal bounds which data file is meant.
            Metrics = metrics with
            {
                LowerBounds = metrics.LowerBounds.SetItem(Path.Id, Encoding.UTF8.GetBytes(paths[0])),
                UpperBounds = metrics.UpperBounds.SetItem(Path.Id, Encoding.UTF8.GetBytes(paths[^1])),
            },
            SplitOffsets = ParquetMetrics.SplitOffsets(footer),
            ReferencedDataFile = paths.Length == 1 ? paths[0] : null,
        };
    }

    private static string Select(ImmutableArray<FileScanTask> tasks, ImmutableArray<int> ordinals, string table)
    {
        IEnumerable<string> parts = ordinals
            .OrderBy(o => tasks[o].File.FilePath, ValueComparer.Instance)
            .Select(o => $"(SELECT {Sql.Text(tasks[o].File.FilePath)} AS {Path.Name}, k & {Sql.PositionMask} AS {Pos.Name} FROM {table} "
                + string.Create(CultureInfo.InvariantCulture, $"WHERE k BETWEEN {Key(o, 0)} AND {Key(o, Sql.PositionMask)} ORDER BY k)"));
        return string.Join(" UNION ALL ", parts);
    }

    private static long Key(int ordinal, long position) => ((long)ordinal << Sql.PositionBits) | position;
}
