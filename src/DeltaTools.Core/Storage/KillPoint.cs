using System.Diagnostics;
using System.Globalization;

namespace DeltaTools.Core.Storage;

/// <summary>Places where a test may kill the process, to prove that a table survives a crash at any of them.</summary>
/// <remarks>
/// They stand before and after each step that others can see: a file, the swap of the current metadata. With the environment variable
/// <c>DELTATOOLS_KILL_POINT=n</c> the process dies at the n-th place it reaches, as by <c>kill -9</c>; without it nothing happens.
/// </remarks>
internal static class KillPoint
{
    public const string Variable = "DELTATOOLS_KILL_POINT";

    private static readonly int s_fatal = int.TryParse(
        Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;

    private static int s_reached;

    public static void Reach()
    {
        if (s_fatal == 0 || Interlocked.Increment(ref s_reached) != s_fatal) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
