using Amazon.Runtime;

namespace DeltaTools.Core.Aws;

/// <summary>The credentials of a connection and its clock, as the services see them; shared by concurrent calls.</summary>
internal sealed class AwsIdentity(AwsSettings settings)
{
    private readonly Lock _lock = new();
    private AWSCredentials? _credentials;
    private long _skewTicks;
    private int _generation;

    /// <summary>How far the service's clock is ahead of ours.</summary>
    public TimeSpan Skew => new(Volatile.Read(ref _skewTicks));

    /// <summary>Grows when the credentials were fetched anew.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <exception cref="IcebergException">AccessDenied or InvalidArgument: there are none.</exception>
    public AWSCredentials Credentials
    {
        get
        {
            lock (_lock) return _credentials ??= settings.ResolveCredentials();
        }
    }

    /// <summary>Fetches the credentials anew after the service called them expired; at once true when another call just did.</summary>
    /// <returns>False when they were given as they are, so that there are no newer ones.</returns>
    public bool TryRenew(int generation)
    {
        lock (_lock)
        {
            if (_generation != generation) return true;
            if (settings.AccessKey is not null) return false;
            (_credentials as RefreshingAWSCredentials)?.ClearCredentials();
            _credentials = settings.ResolveCredentials();
            _generation++;
            return true;
        }
    }

    /// <summary>Takes over the service's time when it differs by minutes.</summary>
    /// <returns>Whether signatures will now bear another time.</returns>
    public bool TryAdjust(DateTimeOffset? serverTime)
    {
        if (serverTime is not { } there) return false;
        TimeSpan skew = there - DateTimeOffset.UtcNow;
        if ((skew - Skew).Duration() < TimeSpan.FromMinutes(2)) return false;
        Volatile.Write(ref _skewTicks, skew.Ticks);
        return true;
    }

    /// <summary>What must never be shown.</summary>
    public IEnumerable<string?> Secrets() => [settings.SecretKey, settings.SessionToken, .. Current()];

    private IEnumerable<string?> Current()
    {
        try
        {
            ImmutableCredentials keys = Credentials.GetCredentials();
            return [keys.SecretKey, keys.Token];
        }
        catch (Exception e) when (e is AmazonClientException or IcebergException)
        {
            return [];
        }
    }
}
