namespace DeltaTools.Core.Storage;

/// <summary>Reaches the files of a table that was moved: every location goes through the map first, then to the store of its new scheme.</summary>
public sealed class MappedObjectStore(LocationMap map, ObjectStores stores) : IObjectStore
{
    public string Resolve(string location) => Find(location, out string mapped).Resolve(mapped);

    public Task<Stream> OpenReadAsync(string location, CancellationToken cancel) =>
        Find(location, out string mapped).OpenReadAsync(mapped, cancel);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        Find(location, out string mapped).WriteAsync(mapped, content, cancel);

    public Task<string> ReadPathAsync(string location, CancellationToken cancel) =>
        Find(location, out string mapped).ReadPathAsync(mapped, cancel);

    public string WritePath(string location) => Find(location, out string mapped).WritePath(mapped);

    public Task PublishAsync(string location, CancellationToken cancel) =>
        Find(location, out string mapped).PublishAsync(mapped, cancel);

    public Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel) =>
        Find(location, out string mapped).FindAsync(mapped, cancel);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel) =>
        Find(prefix, out string mapped).ListAsync(mapped, cancel);

    public async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel)
    {
        IEnumerable<IGrouping<IObjectStore, string>> byStore = locations.Select(map.Map).GroupBy(stores.For);
        foreach (IGrouping<IObjectStore, string> group in byStore)
        {
            await group.Key.DeleteAsync([.. group], cancel).ConfigureAwait(false);
        }
    }

    private IObjectStore Find(string location, out string mapped)
    {
        mapped = map.Map(location);
        return stores.For(mapped);
    }
}
