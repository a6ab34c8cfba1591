namespace DeltaTools.Core.Aws;

/// <summary>How patient calls are.</summary>
internal sealed record AwsHttpOptions
{
    public static readonly AwsHttpOptions Default = new();

    /// <summary>For one attempt, from the first byte sent to the last byte read.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts after the first.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Wait before the first retry, on average; doubled with each, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(20);
}
