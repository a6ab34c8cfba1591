using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>The rows of a running query, fetched chunk by chunk (at most 2,048 rows each).</summary>
public sealed class DuckResult : IDisposable
{
    private readonly DuckSession _session;
    private readonly DuckConnection _connection;
    private DuckDBResult _result;
    private bool _disposed;

    internal DuckResult(DuckSession session, DuckConnection connection, DuckDBResult result)
    {
        _session = session;
        _connection = connection;
        _result = result;
        ColumnCount = (int)NativeMethods.Query.DuckDBColumnCount(ref _result);
    }

    public int ColumnCount { get; }

    public string ColumnName(int index) => NativeMethods.Query.DuckDBColumnName(ref _result, index);

    internal DuckDBLogicalType ColumnType(int index) => NativeMethods.Query.DuckDBColumnLogicalType(ref _result, index);

    /// <summary>The next chunk, to be disposed by the caller, or null at the end. Blocks while the engine works.</summary>
    internal DuckDBDataChunk? NextChunk(CancellationToken cancel) => _connection.Guarded(() =>
    {
        DuckDBDataChunk chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        if (!chunk.IsInvalid) return chunk;
        if (!string.IsNullOrEmpty(NativeMethods.Query.DuckDBResultError(ref _result))) throw _connection.Failure(ref _result);
        return null;
    }, cancel);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        _session.Return(_connection, healthy: true);
    }
}
