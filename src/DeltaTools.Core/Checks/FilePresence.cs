using System.Collections.Concurrent;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Checks;

/// <summary>Tells which files are there, and how large. The table's folder is listed once instead of asking for each file.</summary>
internal sealed class FilePresence
{
    /// <summary>For so few files asking is cheaper than listing.</summary>
    private const int Few = 20;
    private readonly IObjectStore _store;
    private readonly ConcurrentDictionary<string, long?> _sizes = new(StringComparer.Ordinal);

    private FilePresence(IObjectStore store) => _store = store;

    public static async Task<FilePresence> OfAsync(IObjectStore store, TableMetadata metadata, int wanted, CancellationToken cancel)
    {
        var presence = new FilePresence(store);
        if (wanted <= Few) return presence;
        try
        {
            await foreach (ObjectInfo file in store.ListAsync(metadata.Location.TrimEnd('/') + "/", cancel).ConfigureAwait(false))
                presence._sizes[store.Resolve(file.Location)] = file.Size;
        }
        catch (IcebergException)
        {
            // Who may read files need not be allowed to list them; then they are asked for one by one.
        }
        return presence;
    }

    /// <returns>Null when the file is not there.</returns>
    public async Task<long?> SizeAsync(string location, CancellationToken cancel)
    {
        string resolved = _store.Resolve(location);
        if (_sizes.TryGetValue(resolved, out long? known)) return known;
        long? size = (await _store.FindAsync(location, cancel).ConfigureAwait(false))?.Size;
        _sizes[resolved] = size;
        return size;
    }
}
