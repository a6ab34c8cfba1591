using System.IO.Enumeration;

namespace DeltaTools.Core.Storage;

/// <summary>Files on local disks and network shares: <c>file:///...</c>, <c>file:/...</c> and plain paths.</summary>
public sealed class LocalObjectStore : IObjectStore
{
    public static readonly LocalObjectStore Instance = new();

    public string Resolve(string location) =>
        LocalPath.Resolve(location, OperatingSystem.IsWindows(), Environment.CurrentDirectory);

    public Task<Stream> OpenReadAsync(string location, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // Delete is shared so that on Windows, as on Unix, a reader does not keep maintenance from deleting what nothing refers to.
        Stream stream = Guard("read", location, () => new FileStream(
            PathOf(location), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 4096, FileOptions.Asynchronous));
        return Task.FromResult(stream);
    }

    public async Task WriteAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        string path = PathOf(location);
        string folder = Path.GetDirectoryName(path)!;
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            KillPoint.Reach();
            LocalFiles.EnsureFolder(folder);
            await LocalFiles.WriteDurablyAsync(temporary, content, cancel).ConfigureAwait(false);
            KillPoint.Reach();
            if (!LocalFiles.TryRename(temporary, path))
            {
                throw new IcebergException(IcebergErrorKind.StorageFailed, $"{Resolve(location)} exists already; files are never overwritten.");
            }
            LocalFiles.SyncFolder(folder);
            KillPoint.Reach();
        }
        catch (Exception error)
        {
            LocalFiles.TryDelete(temporary);
            if (error is not (IOException or UnauthorizedAccessException)) throw;
            throw Failed("write", location, error);
        }
    }

    public Task<string> ReadPathAsync(string location, CancellationToken cancel)
    {
        string path = PathOf(location);
        return File.Exists(path) ? Task.FromResult(path) : throw Missing(location, null);
    }

    public string WritePath(string location)
    {
        string path = PathOf(location);
        KillPoint.Reach();
        Guard("write", location, () => { LocalFiles.EnsureFolder(Path.GetDirectoryName(path)!); return 0; });
        return path;
    }

    public Task PublishAsync(string location, CancellationToken cancel)
    {
        string path = PathOf(location);
        if (!File.Exists(path))
        {
            throw new IcebergException(IcebergErrorKind.StorageFailed, $"{Resolve(location)} was to be published, but was not written.");
        }
        KillPoint.Reach();
        Guard("write", location, () => { LocalFiles.SyncFile(path); LocalFiles.SyncFolder(Path.GetDirectoryName(path)!); return 0; });
        KillPoint.Reach();
        return Task.CompletedTask;
    }

    public Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel)
    {
        var file = new FileInfo(PathOf(location));
        return Task.FromResult(file.Exists ? new ObjectInfo(Resolve(location), file.Length, file.LastWriteTimeUtc) : null);
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        string resolved = Resolve(prefix);
        string folder = PathOf(resolved[..(resolved.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(folder)) yield break;
        // Links to folders are not followed: what they hold is not this table's alone, and they may lead in circles.
        var files = new FileSystemEnumerable<ObjectInfo>(
            folder,
            (ref FileSystemEntry entry) => new ObjectInfo(Resolve(entry.ToFullPath()), entry.Length, entry.LastWriteTimeUtc),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        using IEnumerator<ObjectInfo> walk = files.GetEnumerator();
        while (Guard("list", prefix, walk.MoveNext))
        {
            cancel.ThrowIfCancellationRequested();
            if (walk.Current.Location.StartsWith(resolved, StringComparison.Ordinal)) yield return walk.Current;
        }
    }

    public Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel)
    {
        foreach (string location in locations)
        {
            cancel.ThrowIfCancellationRequested();
            KillPoint.Reach();
            try
            {
                File.Delete(PathOf(location));
            }
            catch (DirectoryNotFoundException)
            {
                // The folder is gone, and the file with it.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Failed("delete", location, error);
            }
        }
        return Task.CompletedTask;
    }

    private string PathOf(string location) => location.Contains('\0')
        ? throw IcebergException.Corrupt($"{location.Replace("\0", "\\0", StringComparison.Ordinal)} is no location of a file, as it holds the character 0.")
        : LocalPath.PathOf(Resolve(location), OperatingSystem.IsWindows());

    private T Guard<T>(string verb, string location, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(location, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(verb, location, error);
        }
    }

    private IcebergException Missing(string location, Exception? cause) => IcebergException.Corrupt(
        $"File {Resolve(location)} does not exist. The table refers to it; restore it or go back to a snapshot that does not need it.", cause);

    private IcebergException Failed(string verb, string location, Exception cause) => cause is UnauthorizedAccessException
        ? new(IcebergErrorKind.AccessDenied, $"Cannot {verb} {Resolve(location)}: access is denied.", cause)
        : new(IcebergErrorKind.StorageFailed, $"Cannot {verb} {Resolve(location)}: {cause.Message}", cause);
}
