using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>One connection of a session. Runs one statement at a time; its calls block.</summary>
internal sealed class DuckConnection : IDisposable
{
    /// <summary>Settings of parts that the engine loads only after it has started. Iceberg says what is a geometry, not GeoParquet's marks.</summary>
    private const string Settings =
        "SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET enable_geoparquet_conversion = false";

    private readonly DuckOptions _options;

    private DuckConnection(DuckDBNativeConnection native, DuckOptions options)
    {
        Native = native;
        _options = options;
    }

    public DuckDBNativeConnection Native { get; }

    public double? Progress =>
        NativeMethods.Startup.DuckDBQueryProgress(Native).Percentage is var percent and >= 0 ? Math.Min(percent, 100) : null;

    public static DuckConnection Open(DuckDBDatabase database, DuckOptions options)
    {
        if (!NativeMethods.Startup.DuckDBConnect(database, out DuckDBNativeConnection native).IsSuccess())
            throw new IcebergException(IcebergErrorKind.QueryFailed, "The embedded engine refuses another connection.");
        var connection = new DuckConnection(native, options);
        connection.Execute(Settings);
        return connection;
    }

    public long Execute(string sql)
    {
        DuckDBState state = NativeMethods.Query.DuckDBQuery(Native, sql, out DuckDBResult result);
        try
        {
            if (!state.IsSuccess()) throw Failure(ref result);
            return NativeMethods.Query.DuckDBRowsChanged(ref result);
        }
        finally
        {
            NativeMethods.Query.DuckDBDestroyResult(ref result);
        }
    }

    public DuckResult Stream(string sql, DuckSession session)
    {
        DuckDBState state = NativeMethods.PreparedStatements.DuckDBPrepare(Native, sql, out DuckDBPreparedStatement statement);
        using (statement)
        {
            if (!state.IsSuccess())
                throw DuckErrors.Map(ErrorTypeOf(NativeMethods.PreparedStatements.DuckDBPrepareError(statement)),
                    NativeMethods.PreparedStatements.DuckDBPrepareError(statement), _options);
            state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out DuckDBResult result);
            if (state.IsSuccess()) return new DuckResult(session, this, result);
            IcebergException failure = Failure(ref result);
            NativeMethods.Query.DuckDBDestroyResult(ref result);
            throw failure;
        }
    }

    public IcebergException Failure(ref DuckDBResult result) =>
        DuckErrors.Map(NativeMethods.Query.DuckDBResultErrorType(ref result), NativeMethods.Query.DuckDBResultError(ref result), _options);

    /// <summary>Runs blocking work that the token interrupts.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled and the work failed for it.</exception>
    public T Guarded<T>(Func<T> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!cancel.CanBeCanceled) return work();
        using var interrupter = new Interrupter(Native, cancel);
        try
        {
            return work();
        }
        catch (IcebergException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose() => Native.Dispose();

    private static DuckDBErrorType ErrorTypeOf(string message) =>
        Enum.TryParse(message.Split(" Error:")[0].Replace(" ", "", StringComparison.Ordinal), ignoreCase: true, out DuckDBErrorType type)
            ? type
            : DuckDBErrorType.Invalid;
}
