using DuckDB.NET.Native;

namespace DeltaTools.Core.Embedded;

/// <summary>Interrupts the statement that runs on a connection once a token is canceled, until it is disposed.</summary>
/// <remarks>The engine forgets an interrupt that comes before the statement has started, so it is repeated.</remarks>
internal sealed class Interrupter : IDisposable
{
    private const int RepeatMilliseconds = 20;
    private readonly Lock _gate = new();
    private readonly DuckDBNativeConnection _connection;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _done;

    public Interrupter(DuckDBNativeConnection connection, CancellationToken cancel)
    {
        _connection = connection;
        _registration = cancel.Register(Start);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _done = true;
            _timer?.Dispose();
        }
        _registration.Dispose();
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_done) _timer = new Timer(_ => Interrupt(), null, 0, RepeatMilliseconds);
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_done) NativeMethods.Startup.DuckDBInterrupt(_connection);
        }
    }
}
