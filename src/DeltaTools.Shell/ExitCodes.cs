namespace DeltaTools.Shell;

/// <summary>Exit codes of the process, where the script does not set its own.</summary>
internal static class ExitCodes
{
    /// <summary>A terminating error, or a last statement that failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line of <c>deltatools</c> itself is wrong.</summary>
    public const int BadArguments = 64;

    /// <summary>Stopped with Ctrl+C; the number that shells use for it.</summary>
    public const int Stopped = 130;
}
