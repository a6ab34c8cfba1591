using System.Globalization;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Names new files, publishes them, and takes them back when the operation fails.</summary>
/// <remarks>Names are <c>{ordinal}-{uuid}.parquet</c>, so files of one operation sort together and no name is ever used twice.</remarks>
internal sealed class FileSink(IObjectStore store, string folder, int firstOrdinal = 0)
{
    private readonly string _operation = Guid.NewGuid().ToString("D");
    private readonly List<string> _locations = [];
    private int _ordinal = firstOrdinal - 1;

    /// <param name="subfolder">Partition path, or nothing.</param>
    /// <param name="extension">Such as <c>parquet</c>.</param>
    public NewFile Next(string subfolder = "", string extension = "parquet")
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _ordinal):D7}-{_operation}.{extension}");
        string location = subfolder.Length == 0 ? $"{folder}/{name}" : $"{folder}/{subfolder}/{name}";
        lock (_locations) _locations.Add(location);
        return new(location, store.WritePath(location));
    }

    public Task PublishAsync(NewFile file, CancellationToken cancel) => store.PublishAsync(file.Location, cancel);

    /// <summary>Deletes whatever was written; errors are swallowed, for another one is on its way and nothing refers to the files.</summary>
    public async Task DiscardAsync()
    {
        foreach (string location in _locations)
        {
            try
            {
                File.Delete(store.WritePath(location));
                await store.DeleteAsync([location], CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IcebergException or IOException or UnauthorizedAccessException)
            {
                // An orphan file is what Remove-IcebergOrphanFile is for.
            }
        }
    }
}

/// <param name="Path">Where to write it on this machine.</param>
internal sealed record NewFile(string Location, string Path);
