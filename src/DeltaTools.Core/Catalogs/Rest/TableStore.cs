using DeltaTools.Core.Storage;
using DeltaTools.Core.Storage.S3;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>The files of one table: each place with the keys that the catalog lent for it, other places as the connection reaches them.</summary>
internal sealed class TableStore : IObjectStore, IDisposable
{
    private readonly ObjectStores _others;
    private readonly (string Prefix, IObjectStore Store, VendedKeys Keys)[] _lent;

    /// <param name="access">Made for these.</param>
    /// <param name="settings">Of the table, without keys.</param>
    /// <param name="renew">Asks the catalog for new keys for a prefix.</param>
    public TableStore(TableAccess access, S3Settings settings, Func<string, CancellationToken, Task<S3Keys>> renew)
    {
        Fingerprint = access.Fingerprint;
        _others = ObjectStores.Local.WithS3(settings);
        List<(string, IObjectStore, VendedKeys)> lent = [];
        foreach ((string prefix, var config) in access.Credentials.OrderByDescending(c => c.Prefix.Length))
        {
            // Keys for other clouds stand in the same list.
            if (TableAccess.KeysOf(config) is not { } keys || !IsS3(prefix)) continue;
            var vended = new VendedKeys(keys, cancel => renew(prefix, cancel));
            lent.Add((Resolved(prefix), new S3ObjectStore(settings.With(config) with { KeySource = vended.GetAsync }), vended));
        }
        _lent = [.. lent];
    }

    public string Fingerprint { get; }

    /// <summary>Takes over newer keys for the same places.</summary>
    public void Offer(TableAccess access)
    {
        foreach ((string prefix, var config) in access.Credentials)
        {
            if (TableAccess.KeysOf(config) is not { } keys) continue;
            foreach ((string own, _, VendedKeys vended) in _lent)
            {
                if (own == Resolved(prefix)) vended.Offer(keys);
            }
        }
    }

    public string Resolve(string location) => For(location).Resolve(location);

    public Task<Stream> OpenReadAsync(string location, CancellationToken cancel) => For(location).OpenReadAsync(location, cancel);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel) => For(location).WriteAsync(location, content, cancel);

    public Task<string> ReadPathAsync(string location, CancellationToken cancel) => For(location).ReadPathAsync(location, cancel);

    public string WritePath(string location) => For(location).WritePath(location);

    public Task PublishAsync(string location, CancellationToken cancel) => For(location).PublishAsync(location, cancel);

    public Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel) => For(location).FindAsync(location, cancel);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel) => For(prefix).ListAsync(prefix, cancel);

    public async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel)
    {
        foreach (IGrouping<IObjectStore, string> group in locations.GroupBy(For))
        {
            await group.Key.DeleteAsync([.. group], cancel).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach ((_, IObjectStore store, _) in _lent) (store as IDisposable)?.Dispose();
        _others.Dispose();
    }

    private IObjectStore For(string location)
    {
        if (_lent.Length > 0 && IsS3(location))
        {
            string resolved = Resolved(location);
            foreach ((string prefix, IObjectStore store, _) in _lent)
            {
                if (resolved.StartsWith(prefix, StringComparison.Ordinal)) return store;
            }
        }
        return _others.For(location);
    }

    private static bool IsS3(string location) => location.Length == 0 || S3Location.Schemes.Contains(ObjectStores.SchemeOf(location), StringComparer.OrdinalIgnoreCase)
        || location.Equals("s3", StringComparison.OrdinalIgnoreCase);

    /// <summary>A prefix may be as short as <c>s3</c>, or nothing at all.</summary>
    private static string Resolved(string location) => location.Contains("://", StringComparison.Ordinal) && location.Length > location.IndexOf("://", StringComparison.Ordinal) + 3
        ? S3Location.Resolve(location) : location.Length == 0 ? "" : "s3";
}
