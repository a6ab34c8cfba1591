using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>Reads a query with one BIGINT column that is never NULL, without an object for each value.</summary>
internal static class LongColumn
{
    public delegate void Values(ReadOnlySpan<long> values);

    public static async Task ReadAsync(DuckSession session, string sql, Values take, CancellationToken cancel)
    {
        using DuckResult result = await session.QueryAsync(sql, cancel).ConfigureAwait(false);
        await Task.Run(() => ReadAll(result, take, cancel), cancel).ConfigureAwait(false);
    }

    private static unsafe void ReadAll(DuckResult result, Values take, CancellationToken cancel)
    {
        while (result.NextChunk(cancel) is { } chunk)
        {
            using (chunk)
            {
                nint vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
                int count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
                take(new ReadOnlySpan<long>(NativeMethods.Vectors.DuckDBVectorGetData(vector), count));
            }
        }
    }
}
