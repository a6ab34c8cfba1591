namespace DeltaTools.Core.Storage.S3;

/// <summary>Counts how often the SDK sent a request again, which it tells nobody.</summary>
/// <remarks>Whoever sent twice must not take the second answer at its word: «exists already» may speak of the first.</remarks>
internal sealed class S3Attempts
{
    private static readonly AsyncLocal<S3Attempts?> s_current = new();
    private int _retries;

    /// <summary>Of the call under way; null outside of calls.</summary>
    public static S3Attempts? Current => s_current.Value;

    public int Retries => Volatile.Read(ref _retries);

    /// <summary>Counts for the calls that the caller makes from now on.</summary>
    public static S3Attempts Start() => s_current.Value = new();

    public void Count() => Interlocked.Increment(ref _retries);
}
