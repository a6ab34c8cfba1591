using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Functions;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Writes rows as data files of a table: partitioned, sorted, split at the target size, with metrics.</summary>
/// <remarks>
/// <para>Field ids stand on every level. The engine writes every column as OPTIONAL, whatever the schema requires: readers go by the
/// table's schema, and a required column is checked to hold no NULL. It writes <c>fixed</c> as BYTE_ARRAY, which readers that go by the
/// table's schema take for what it is (Java, Trino, DuckDB), and stricter ones refuse (PyIceberg). Variants are not written.</para>
/// <para>Partitioned rows are staged in a table of the engine that is sorted by partition (and may spill), so memory does not grow with
/// the number of partitions, and each file's partition is known exactly.</para>
/// </remarks>
public sealed class DataFileWriter
{
    /// <summary>A file that is larger than this part of the target size is split.</summary>
    private const double SplitFrom = 1.5;
    private const string StagedKey = "_p";

    private readonly DuckSession _session;
    private readonly WriteTarget _target;
    private readonly FileSink _sink;
    private readonly string _options;
    private readonly string _order;
    private readonly ConcurrentBag<(int Order, DataFile File)> _done = [];

    private DataFileWriter(DuckSession session, IObjectStore store, WriteTarget target)
    {
        _session = session;
        _target = target;
        _sink = new FileSink(store, target.DataLocation, target.FirstOrdinal);
        _options = ParquetOptions.Of(target, ColumnSql.FileStruct(target));
        _order = target.OrderSql ?? (target.SortOrder.Fields.IsEmpty ? "" : SortSql.Of(target, Sql.Column));
    }

    /// <param name="select">A SELECT of the target's columns, named as <see cref="Sql.Column(NestedField)"/> says.</param>
    /// <returns>The files, published and not yet part of any snapshot. None when there is no row.</returns>
    /// <exception cref="IcebergException">SchemaMismatch: a required column holds NULL. Nothing is left behind.</exception>
    public static async Task<ImmutableArray<DataFile>> WriteAsync(
        DuckSession session, IObjectStore store, WriteTarget target, string select, CancellationToken cancel)
    {
        var writer = new DataFileWriter(session, store, target);
        try
        {
            PartitionTuple? partition = target.Spec.Fields.IsEmpty ? PartitionTuple.Empty : target.Partition;
            if (partition is not null)
            {
                if (target.Partition is null && writer._order.Length == 0) await writer.WriteUnsortedAsync(select, cancel).ConfigureAwait(false);
                else await writer.WriteOneAsync(select, partition, cancel).ConfigureAwait(false);
            }
            else
            {
                await writer.WritePartitionedAsync(select, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            await writer._sink.DiscardAsync().ConfigureAwait(false);
            if (e is IcebergException { Kind: IcebergErrorKind.InvalidArgument } error && ColumnSql.IsNullError(error))
                throw new IcebergException(IcebergErrorKind.SchemaMismatch, error.Message, error);
            throw;
        }
        return [.. writer._done.OrderBy(f => f.Order).Select(f => f.File)];
    }

    /// <summary>The engine itself begins a new file whenever one is large enough; several threads do, so the rows lose their order.</summary>
    private async Task WriteUnsortedAsync(string select, CancellationToken cancel)
    {
        NewFile first = _sink.Next();
        string parts = first.Path + ".parts";
        try
        {
            await _session.ExecuteAsync(
                $"COPY ({ColumnSql.Select(_target, $"({select})")}) TO {Sql.Text(parts)} ({_options}, FILE_SIZE_BYTES {_target.TargetFileSize})",
                cancel).ConfigureAwait(false);
            string[] written = Directory.Exists(parts) ? Directory.GetFiles(parts, "*.parquet", SearchOption.AllDirectories) : [];
            for (int i = 0; i < written.Length; i++)
            {
                NewFile file = i == 0 ? first : _sink.Next();
                File.Move(written[i], file.Path);
                await FinishAsync(file, i, PartitionTuple.Empty, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            if (Directory.Exists(parts)) Directory.Delete(parts, recursive: true);
        }
    }

    /// <summary>Rows of one partition, in their order when there is no other.</summary>
    private async Task WriteOneAsync(string select, PartitionTuple partition, CancellationToken cancel)
    {
        await EngineFunctions.EnsureAsync(_session, cancel).ConfigureAwait(false);
        string order = _order.Length == 0 ? "" : $" ORDER BY {_order}";
        await WriteInOrderAsync(
            $"{ColumnSql.Select(_target, $"({select})")}{order}", 0, PartitionColumn.PathOf(_target, partition), partition, cancel).ConfigureAwait(false);
    }

    private async Task WritePartitionedAsync(string select, CancellationToken cancel)
    {
        ImmutableArray<PartitionColumn> keys = PartitionColumn.Of(_target);
        string table = _session.NewName("staged");
        string keyList = string.Join(", ", keys.Select((k, i) => $"{k.Sql} AS {Key(i)}"));
        IEnumerable<string> order = keys.Select((_, i) => Key(i) + " NULLS FIRST");
        if (_order.Length > 0) order = order.Append(_order);
        await EngineFunctions.EnsureAsync(_session, cancel).ConfigureAwait(false);
        try
        {
            await _session.ExecuteAsync(
                $"CREATE TABLE {table} AS SELECT *, {keyList} FROM ({select}) ORDER BY {string.Join(", ", order)}", cancel).ConfigureAwait(false);
            string names = string.Join(", ", keys.Select((_, i) => Key(i)));
            List<object?[]> partitions = await RowReader.ReadAllAsync(
                _session,
                $"SELECT {names}, min(rowid), max(rowid) FROM {table} GROUP BY {names} ORDER BY min(rowid)",
                [.. keys.Select(k => k.Field)],
                ValueForm.Physical,
                cancel).ConfigureAwait(false);
            var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = _session.Options.EffectiveThreads };
            await Parallel.ForAsync(0, partitions.Count, options, async (i, token) =>
            {
                object?[] row = partitions[i];
                PartitionTuple tuple = new([.. row.Take(keys.Length)]);
                string range = string.Create(CultureInfo.InvariantCulture, $"rowid BETWEEN {row[^2]} AND {row[^1]}");
                await WriteInOrderAsync(
                    $"{ColumnSql.Select(_target, table)} WHERE {range}", i, PartitionColumn.PathOf(_target, tuple), tuple, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        finally
        {
            await _session.ExecuteAsync($"DROP TABLE IF EXISTS {table}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Key(int index) => StagedKey + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>One file in the order of the rows; when it turns out too large, it is cut into even parts.</summary>
    private async Task WriteInOrderAsync(string select, int order, string folder, PartitionTuple partition, CancellationToken cancel)
    {
        NewFile whole = _sink.Next(folder);
        await _session.ExecuteAsync($"COPY ({select}) TO {Sql.Text(whole.Path)} ({_options})", cancel).ConfigureAwait(false);
        if (!File.Exists(whole.Path)) return;
        long size = new FileInfo(whole.Path).Length;
        if (size <= _target.TargetFileSize * SplitFrom)
        {
            await FinishAsync(whole, order, partition, cancel).ConfigureAwait(false);
            return;
        }
        long rows = ParquetFooter.Read(whole.Path).RowCount;
        long parts = Math.Min(rows, (size + _target.TargetFileSize - 1) / _target.TargetFileSize);
        for (long i = 0; i < parts; i++)
        {
            NewFile part = _sink.Next(folder);
            string range = string.Create(
                CultureInfo.InvariantCulture, $"file_row_number >= {rows * i / parts} AND file_row_number < {rows * (i + 1) / parts}");
            await _session.ExecuteAsync(
                $"COPY (SELECT * FROM read_parquet({Sql.Path(whole.Path)}, hive_partitioning = false) WHERE {range}) TO {Sql.Text(part.Path)} ({_options})",
                cancel).ConfigureAwait(false);
            await FinishAsync(part, order, partition, cancel).ConfigureAwait(false);
        }
        File.Delete(whole.Path);
    }

    private async Task FinishAsync(NewFile file, int order, PartitionTuple partition, CancellationToken cancel)
    {
        ImmutableArray<int> utc = [.. _target.Schema.AllFields.Where(f => f.Type.Id == TypeId.TimestampTzNs).Select(f => f.Id)];
        if (!utc.IsEmpty) UtcFlags.Set(file.Path, utc: true, e => e.FieldId is { } id && utc.Contains(id));
        ParquetFooter footer = ParquetFooter.Read(file.Path);
        if (footer.RowCount == 0)
        {
            File.Delete(file.Path);
            return;
        }
        ColumnMetrics metrics = await ParquetMetrics.OfOwnFileAsync(_session, file.Path, footer, _target.Schema, cancel).ConfigureAwait(false);
        CheckRequired(metrics);
        await _sink.PublishAsync(file, cancel).ConfigureAwait(false);
        _done.Add((order, new DataFile
        {
            FilePath = file.Location,
            SpecId = _target.Spec.SpecId,
            Partition = partition,
            RecordCount = footer.RowCount,
            FileSizeInBytes = footer.FileSize,
            Metrics = metrics,
            SplitOffsets = ParquetMetrics.SplitOffsets(footer),
            SortOrderId = _target.SortOrder.OrderId,
        }));
    }

    private void CheckRequired(ColumnMetrics metrics)
    {
        foreach (NestedField field in _target.Schema.Fields)
        {
            if (field.Required && metrics.NullValueCounts.TryGetValue(field.Id, out long nulls) && nulls > 0)
                throw ColumnSql.NullIn(_target, field.Name);
        }
    }
}
