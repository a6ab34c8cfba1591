namespace DeltaTools.Core.Storage.S3;

/// <summary>A folder of one store in this process for files on their way to or from the store. It ends with the store.</summary>
/// <remarks>An open file beside it tells other processes that it is in use; folders whose process has died are cleared away by the next.</remarks>
internal sealed class StagingFolder(string root) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _inUse;
    private string? _path;

    /// <summary>A new name in the folder, which exists.</summary>
    public string NewFile() => Path.Combine(Ensure(), Guid.NewGuid().ToString("N"));

    /// <summary>The same name for the same id each time.</summary>
    /// <param name="extension">With its dot, or nothing.</param>
    public string FileOf(string id, string extension) => Path.Combine(Ensure(), id + extension);

    public void Dispose()
    {
        lock (_lock)
        {
            if (_path is not null) TryDeleteFolder(_path);
            _path = null;
            _inUse?.Dispose();
            _inUse = null;
        }
    }

    private string Ensure()
    {
        lock (_lock)
        {
            if (_path is not null) return _path;
            string staging = Path.Combine(root, "staging");
            FileCache.CreatePrivate(staging);
            ClearDead(staging);
            string path = Path.Combine(staging, Guid.NewGuid().ToString("N"));
            _inUse = Open(path + ".lock", FileMode.CreateNew);
            FileCache.CreatePrivate(path);
            return _path = path;
        }
    }

    private static void ClearDead(string staging)
    {
        foreach (string inUse in Directory.EnumerateFiles(staging, "*.lock"))
        {
            try
            {
                using FileStream dead = Open(inUse, FileMode.Open);
                TryDeleteFolder(Path.ChangeExtension(inUse, null));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or just gone.
            }
        }
    }

    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);

    private static void TryDeleteFolder(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left is cleared away by another process.
        }
    }
}
