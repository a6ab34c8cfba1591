using System.Runtime.CompilerServices;

namespace DeltaTools.Core.Embedded.Functions;

/// <summary>Adds our functions to a session, once.</summary>
internal static class EngineFunctions
{
    private static readonly ConditionalWeakTable<DuckSession, Lazy<Task>> Registered = [];

    public static Task EnsureAsync(DuckSession session, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Registered.GetValue(session, s => new Lazy<Task>(() => Task.Run(() => Register(s)))).Value;
    }

    private static void Register(DuckSession session)
    {
        DuckConnection connection = session.Rent();
        try
        {
            BucketFunction.Register(connection);
            PlainText.Register(connection);
        }
        finally
        {
            session.Return(connection, healthy: true);
        }
    }
}
