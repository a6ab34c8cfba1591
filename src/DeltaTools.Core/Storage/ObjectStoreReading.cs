namespace DeltaTools.Core.Storage;

public static class ObjectStoreReading
{
    /// <summary>The whole content of a (metadata) file.</summary>
    /// <exception cref="IcebergException">As <see cref="IObjectStore.OpenReadAsync"/>; Unsupported: the file has 2 GB or more.</exception>
    public static async Task<byte[]> ReadAllAsync(this IObjectStore store, string location, CancellationToken cancel)
    {
        Stream stream = await store.OpenReadAsync(location, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (stream.Length > Array.MaxLength) throw IcebergException.Unsupported($"{location} is too large to be read at once: {stream.Length} bytes.");
            byte[] content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content, cancel).ConfigureAwait(false);
            return content;
        }
    }
}
