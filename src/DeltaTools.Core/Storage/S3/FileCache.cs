using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DeltaTools.Core.Storage.S3;

/// <summary>Copies of remote files on the local disk, shared by all processes of a user.</summary>
/// <remarks>
/// A file appears under its name only when it is whole, by renaming; its name holds the ETag and the size. What was not asked for longest
/// goes first when the limit is passed, but never what was asked for a short while ago: another process may be about to open it.
/// </remarks>
internal sealed class FileCache
{
    /// <summary>Longer ETags have no place in a name.</summary>
    private const int LongestTag = 90;

    private readonly string _files;
    private readonly long _limit;
    private readonly TimeSpan _inUse;
    private readonly Lock _trimming = new();
    private long _addedSinceTrim = long.MaxValue / 2;

    /// <param name="limit">Bytes.</param>
    /// <param name="inUse">How long a file stays for certain after it was asked for.</param>
    public FileCache(string root, long limit, TimeSpan inUse)
    {
        Root = root;
        _files = Path.Combine(root, "files");
        _limit = limit;
        _inUse = inUse;
    }

    public string Root { get; }

    /// <summary>The folder of this user.</summary>
    public static string DefaultRoot
    {
        get
        {
            if (Environment.GetEnvironmentVariable("DELTATOOLS_CACHE") is { Length: > 0 } set) return Path.GetFullPath(set);
            string own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return own.Length > 0 ? Path.Combine(own, "DeltaTools", "cache") : Path.Combine(Path.GetTempPath(), "DeltaTools-" + Environment.UserName);
        }
    }

    /// <summary>The name under which a file is kept.</summary>
    public static string IdOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..40];

    /// <summary>The copy that was kept last, or null.</summary>
    public CachedFile? Find(string id)
    {
        var folder = new DirectoryInfo(FolderOf(id));
        if (!folder.Exists) return null;
        try
        {
            foreach (FileInfo file in folder.EnumerateFiles().OrderByDescending(f => f.CreationTimeUtc))
            {
                string[] parts = file.Name.Split('.')[0].Split('_');
                if (parts.Length != 2) continue;
                // A copy of another length was cut short by a crash of the machine.
                if (long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size == file.Length)
                {
                    return new(file.FullName, parts[0].Length == 0 ? null : Encoding.UTF8.GetString(Convert.FromHexString(parts[0])));
                }
            }
        }
        catch (Exception error) when (error is DirectoryNotFoundException or FormatException)
        {
            // Another process has just dropped the folder, or put something of its own there.
        }
        return null;
    }

    /// <summary>Notes that the copy was asked for; false when it is gone.</summary>
    public static bool Touch(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Open by a reader that does not share (Windows): then it is there.
            return File.Exists(path);
        }
    }

    /// <summary>Takes over a whole file, which loses its old name.</summary>
    /// <param name="etag">As the store gave it.</param>
    /// <param name="name">Name of the object, whose extension is kept.</param>
    public string Adopt(string path, string id, string etag, string name)
    {
        string folder = FolderOf(id);
        CreatePrivate(folder);
        long size = new FileInfo(path).Length;
        string extension = new([.. Path.GetExtension(name).Skip(1).TakeWhile(char.IsAsciiLetterOrDigit).Take(16)]);
        byte[] bytes = Encoding.UTF8.GetBytes(etag);
        string tag = bytes.Length > LongestTag ? "" : Convert.ToHexStringLower(bytes);
        string target = Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"{tag}_{size}.{(extension.Length > 0 ? extension : "data")}"));
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && File.Exists(target))
        {
            // Another process was first and has it open (Windows); its copy is the same.
            LocalFiles.TryDelete(path);
        }
        Touch(target);
        Added(size);
        return target;
    }

    /// <summary>Forgets a file. A copy that is open stays until the next time.</summary>
    public void Remove(string id)
    {
        try
        {
            if (Directory.Exists(FolderOf(id))) Directory.Delete(FolderOf(id), recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is found and dropped when the cache is trimmed.
        }
    }

    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string FolderOf(string id) => Path.Combine(_files, id[..2], id);

    private void Added(long size)
    {
        lock (_trimming)
        {
            _addedSinceTrim += size;
            if (_addedSinceTrim < _limit / 20) return;
            _addedSinceTrim = 0;
            Trim();
        }
    }

    private void Trim()
    {
        DateTime now = DateTime.UtcNow;
        FileInfo[] all = [.. new DirectoryInfo(_files).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })];
        long total = all.Sum(f => f.Length);
        if (total <= _limit) return;
        // A tenth below the limit, so that not every new file has the whole cache looked at.
        foreach (FileInfo file in all.OrderBy(f => f.LastAccessTimeUtc))
        {
            if (total <= _limit - _limit / 10) return;
            file.Refresh();
            if (!file.Exists || now - file.LastAccessTimeUtc < _inUse) continue;
            total -= file.Length;
            LocalFiles.TryDelete(file.FullName);
        }
    }
}

/// <param name="ETag">Null when it was too long to be kept.</param>
internal sealed record CachedFile(string Path, string? ETag);
