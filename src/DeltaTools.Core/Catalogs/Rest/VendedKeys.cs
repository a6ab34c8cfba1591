using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>Keys that the catalog lends for a table: the newest that it gave, and newer ones when those are over.</summary>
/// <param name="renew">Asks the catalog.</param>
internal sealed class VendedKeys(S3Keys first, Func<CancellationToken, Task<S3Keys>> renew)
{
    private readonly Lock _lock = new();
    private S3Keys _latest = first;
    private S3Keys? _given;

    /// <summary>Takes over keys that came with another answer.</summary>
    public void Offer(S3Keys keys)
    {
        lock (_lock) _latest = keys;
    }

    /// <summary>Who asks a second time has found that the keys of the first time are over.</summary>
    public async Task<S3Keys> GetAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_latest != _given && !(_latest.Expires <= DateTimeOffset.UtcNow)) return _given = _latest;
        }
        S3Keys fresh = await renew(cancel).ConfigureAwait(false);
        lock (_lock) return _given = _latest = fresh;
    }
}
