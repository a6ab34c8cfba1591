using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests.Fuzz;

/// <summary>A store in which one file has other content.</summary>
internal sealed class OverlayStore(IObjectStore inner, string location, byte[] content, string folder) : IObjectStore, IDisposable
{
    private static int _files;
    private readonly string _target = inner.Resolve(location);
    private readonly string _path = Path.Combine(folder, $"damaged-{Interlocked.Increment(ref _files)}");

    public string Resolve(string location) => inner.Resolve(location);

    public Task<Stream> OpenReadAsync(string location, CancellationToken cancel) =>
        Resolve(location) == _target ? Task.FromResult<Stream>(new MemoryStream(content)) : inner.OpenReadAsync(location, cancel);

    public async Task<string> ReadPathAsync(string location, CancellationToken cancel)
    {
        if (Resolve(location) != _target) return await inner.ReadPathAsync(location, cancel);
        if (!File.Exists(_path)) await File.WriteAllBytesAsync(_path, content, cancel);
        return _path;
    }

    public Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel) => Resolve(location) == _target
        ? Task.FromResult<ObjectInfo?>(new ObjectInfo(_target, content.Length, null)) : inner.FindAsync(location, cancel);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel) => inner.ListAsync(prefix, cancel);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new InvalidOperationException("Reading writes nothing.");

    public string WritePath(string location) => throw new InvalidOperationException("Reading writes nothing.");

    public Task PublishAsync(string location, CancellationToken cancel) => throw new InvalidOperationException("Reading writes nothing.");

    public Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel) => throw new InvalidOperationException("Reading deletes nothing.");

    public void Dispose() => File.Delete(_path);
}
