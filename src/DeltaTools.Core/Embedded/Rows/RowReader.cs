using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DeltaTools.Core.Spec;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Streams the rows of a query as CLR objects while the engine makes them.</summary>
public static class RowReader
{
    /// <summary>Batches that wait for the consumer; each holds at most 2,048 rows.</summary>
    private const int BatchesAhead = 8;

    /// <param name="columns">What the query's columns are, in order; those without are read by the engine's types.</param>
    /// <remarks>Stopping the enumeration stops the query.</remarks>
    public static async IAsyncEnumerable<RowBatch> ReadAsync(
        DuckSession session,
        string sql,
        ImmutableArray<NestedField> columns,
        ValueForm form,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using DuckResult result = await session.QueryAsync(sql, cancel).ConfigureAwait(false);
        await foreach (RowBatch batch in ReadAsync(result, columns, form, cancel).ConfigureAwait(false)) yield return batch;
    }

    /// <param name="result">Of a query that has started. It stays the caller's.</param>
    /// <inheritdoc cref="ReadAsync(DuckSession, string, ImmutableArray{NestedField}, ValueForm, CancellationToken)"/>
    internal static async IAsyncEnumerable<RowBatch> ReadAsync(
        DuckResult result, ImmutableArray<NestedField> columns, ValueForm form, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Channel<RowBatch> channel = Channel.CreateBounded<RowBatch>(
            new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        Task producer = Task.Run(() => ProduceAsync(result, columns, form, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (RowBatch batch in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                // Batches may wait in the channel; none is given after the consumer gave up.
                cancel.ThrowIfCancellationRequested();
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
        }
    }

    /// <summary>All rows at once; for small results.</summary>
    public static async Task<List<object?[]>> ReadAllAsync(
        DuckSession session, string sql, ImmutableArray<NestedField> columns, ValueForm form, CancellationToken cancel)
    {
        var rows = new List<object?[]>();
        await foreach (RowBatch batch in ReadAsync(session, sql, columns, form, cancel).ConfigureAwait(false))
        {
            for (int row = 0; row < batch.Count; row++) rows.Add(batch.Row(row));
        }
        return rows;
    }

    /// <summary>Fills the channel. Its failure reaches the consumer through the channel.</summary>
    private static async Task ProduceAsync(
        DuckResult result, ImmutableArray<NestedField> columns, ValueForm form, ChannelWriter<RowBatch> output, CancellationToken cancel)
    {
        try
        {
            (VectorReader[] readers, ImmutableArray<ResultColumn> description) = Readers(result, columns, form);
            while (result.NextChunk(cancel) is { } chunk)
            {
                RowBatch batch;
                using (chunk) batch = Decode(chunk, readers, description);
                await output.WriteAsync(batch, cancel).ConfigureAwait(false);
            }
            output.Complete();
        }
        catch (Exception e)
        {
            output.Complete(e);
        }
    }

    private static RowBatch Decode(DuckDBDataChunk chunk, VectorReader[] readers, ImmutableArray<ResultColumn> description)
    {
        int count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        var values = new object?[readers.Length][];
        for (int i = 0; i < readers.Length; i++)
        {
            values[i] = new object?[count];
            readers[i].Bind(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i));
            readers[i].Fill(values[i], count);
        }
        return new RowBatch(description, values, count);
    }

    private static (VectorReader[] Readers, ImmutableArray<ResultColumn> Columns) Readers(
        DuckResult result, ImmutableArray<NestedField> columns, ValueForm form)
    {
        var readers = new VectorReader[result.ColumnCount];
        var description = new ResultColumn[result.ColumnCount];
        for (int i = 0; i < readers.Length; i++)
        {
            NestedField? field = i < columns.Length ? columns[i] : null;
            description[i] = new(field?.Name ?? result.ColumnName(i), field?.Type);
            using DuckDBLogicalType type = result.ColumnType(i);
            readers[i] = VectorReaders.For(type, field?.Type, form, description[i].Name);
        }
        return (readers, [.. description]);
    }
}
