using System.Collections.Concurrent;
using System.Globalization;
using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>A private in-memory database of the embedded engine, with a memory limit and a spill folder of its own.</summary>
/// <remarks>
/// Opening costs a few milliseconds. Statements may run at the same time, each on a connection of its own, so tables must not be
/// TEMP to be seen by the next statement; <see cref="NewName"/> gives them names. Dispose it after the last result was disposed.
/// </remarks>
public sealed class DuckSession : IDisposable
{
    private readonly DuckDBDatabase _database;
    private readonly ConcurrentBag<DuckConnection> _idle = [];
    private DuckConnection? _running;
    private int _names;
    private bool _disposed;

    private DuckSession(DuckDBDatabase database, DuckOptions options, string spillFolder)
    {
        _database = database;
        Options = options;
        SpillFolder = spillFolder;
    }

    public DuckOptions Options { get; }

    /// <summary>A folder for scratch files of this session. It may not exist yet, and is removed with the session.</summary>
    public string SpillFolder { get; }

    /// <summary>Percent of the newest running statement that is done, or null when the engine cannot tell.</summary>
    public double? Progress => _running?.Progress;

    public static DuckSession Open(DuckOptions? options = null)
    {
        options ??= DuckOptions.Default;
        string spill = Path.Combine(options.SpillRoot ?? Path.GetTempPath(), $"deltatools-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Check(NativeMethods.Configuration.DuckDBCreateConfig(out DuckDBConfig config), "its configuration cannot be made");
        using (config)
        {
            foreach ((string name, string value) in Settings(options, spill))
                Check(NativeMethods.Configuration.DuckDBSetConfig(config, name, value), $"it refuses {name} = {value}");
            DuckDBState state = NativeMethods.Startup.DuckDBOpen(":memory:", out DuckDBDatabase database, config, out string error);
            Check(state, error);
            return new DuckSession(database, options, spill);
        }
    }

    /// <summary>Runs statements one after another and returns the number of rows that the last one changed.</summary>
    public async Task<long> ExecuteAsync(string sql, CancellationToken cancel)
    {
        DuckConnection connection = Rent();
        bool healthy = false;
        try
        {
            long rows = await Task.Run(() => connection.Guarded(() => connection.Execute(sql), cancel), cancel).ConfigureAwait(false);
            healthy = true;
            return rows;
        }
        finally
        {
            Return(connection, healthy);
        }
    }

    /// <summary>Starts a query whose rows are fetched as they are made. Its result must be disposed; disposing early stops the query.</summary>
    public async Task<DuckResult> QueryAsync(string sql, CancellationToken cancel)
    {
        DuckConnection connection = Rent();
        try
        {
            return await Task.Run(() => connection.Guarded(() => connection.Stream(sql, this), cancel), cancel).ConfigureAwait(false);
        }
        catch
        {
            Return(connection, healthy: false);
            throw;
        }
    }

    /// <summary>A name that no other table of the session has.</summary>
    public string NewName(string prefix) => prefix + "_" + Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture);

    internal DuckConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryTake(out DuckConnection? connection)) connection = DuckConnection.Open(_database, Options);
        _running = connection;
        return connection;
    }

    internal void Return(DuckConnection connection, bool healthy)
    {
        Interlocked.CompareExchange(ref _running, null, connection);
        if (healthy && !_disposed) _idle.Add(connection);
        else connection.Dispose();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        while (_idle.TryTake(out DuckConnection? connection)) connection.Dispose();
        _database.Dispose();
        try
        {
            if (Directory.Exists(SpillFolder)) Directory.Delete(SpillFolder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A virus scanner may still hold a file; the folder is in the temporary folder and the work is done.
        }
    }

    private static IEnumerable<(string Name, string Value)> Settings(DuckOptions options, string spill) =>
    [
        ("memory_limit", options.EffectiveMemoryLimit.ToString(CultureInfo.InvariantCulture) + "B"),
        ("threads", options.EffectiveThreads.ToString(CultureInfo.InvariantCulture)),
        ("temp_directory", spill),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
    ];

    private static void Check(DuckDBState state, string? reason)
    {
        if (!state.IsSuccess()) throw IcebergException.Invalid($"The embedded engine does not start: {reason}.");
    }
}
