using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>Fills a table of the engine with values made here, in whole chunks. Its calls block.</summary>
internal sealed unsafe class TableLoader : IDisposable
{
    private static readonly int ChunkRows = (int)NativeMethods.Helpers.DuckDBVectorSize();
    private readonly DuckSession _session;
    private readonly DuckConnection _connection;
    private readonly DuckDBAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly int _columns;
    private int _row;
    private bool _healthy;

    /// <param name="table">A table whose columns are BIGINT or VARCHAR.</param>
    public TableLoader(DuckSession session, string table)
    {
        _session = session;
        _connection = session.Rent();
        if (!NativeMethods.Appender.DuckDBAppenderCreate(_connection.Native, null!, table, out _appender).IsSuccess()) throw Failure();
        _columns = (int)NativeMethods.Appender.DuckDBAppenderColumnCount(_appender);
        var types = new DuckDBLogicalType[_columns];
        for (int i = 0; i < _columns; i++) types[i] = NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i);
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. types.Select(t => t.DangerousGetHandle())], (ulong)_columns);
        foreach (DuckDBLogicalType type in types) type.Dispose();
    }

    public void Set(int column, long value) => ((long*)NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)))[_row] = value;

    public void Set(int column, string value) => NativeMethods.Vectors.DuckDBVectorAssignStringElement(Vector(column), (ulong)_row, value);

    /// <summary>Every column must have been set.</summary>
    public void EndRow()
    {
        if (++_row == ChunkRows) FlushChunk();
    }

    /// <summary>Appends rows of a table with one BIGINT column.</summary>
    public void Append(ReadOnlySpan<long> values)
    {
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, ChunkRows - _row);
            values[..count].CopyTo(new Span<long>((long*)NativeMethods.Vectors.DuckDBVectorGetData(Vector(0)) + _row, count));
            values = values[count..];
            _row += count;
            if (_row == ChunkRows) FlushChunk();
        }
    }

    /// <summary>Makes the rows visible to the session.</summary>
    public void Complete()
    {
        FlushChunk();
        if (!NativeMethods.Appender.DuckDBAppenderClose(_appender).IsSuccess()) throw Failure();
        _healthy = true;
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
        _session.Return(_connection, _healthy);
    }

    private nint Vector(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);

    private void FlushChunk()
    {
        if (_row == 0) return;
        NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_row);
        if (!NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk).IsSuccess()) throw Failure();
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        _row = 0;
    }

    private IcebergException Failure()
    {
        using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        return DuckErrors.Map(
            NativeMethods.ErrorData.DuckDBErrorDataErrorType(error), NativeMethods.ErrorData.DuckDBErrorDataMessage(error), _session.Options);
    }
}
