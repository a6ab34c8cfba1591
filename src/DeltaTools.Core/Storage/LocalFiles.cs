namespace DeltaTools.Core.Storage;

/// <summary>Durable steps on local files. A file counts as written when its bytes and its name would survive a power loss.</summary>
internal static class LocalFiles
{
    /// <summary>Creates a new file with the content, on the disk when the task completes.</summary>
    public static async Task WriteDurablyAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(content, cancel).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Gives a file its final name in the same folder, atomically; false when that name is taken.</summary>
    /// <remarks>
    /// Unix: rename would replace what is there, so the file is linked to the new name and loses the old one. Where there are no hard
    /// links, File.Move looks and then renames, which leaves a gap that only a writer of the same unique name could fall into.
    /// </remarks>
    public static bool TryRename(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            switch (Posix.TryLink(from, to))
            {
                case Posix.LinkResult.Linked: File.Delete(from); return true;
                case Posix.LinkResult.Exists: return false;
            }
        }
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to) && File.Exists(from))
        {
            return false;
        }
    }

    /// <summary>Creates a folder and those above it, durably.</summary>
    public static void EnsureFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        string? parent = Path.GetDirectoryName(folder);
        if (!string.IsNullOrEmpty(parent)) EnsureFolder(parent);
        Directory.CreateDirectory(folder);
        if (!string.IsNullOrEmpty(parent)) SyncFolder(parent);
    }

    public static void SyncFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Windows makes names durable with the file itself.</summary>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows()) Posix.SyncFolder(folder);
    }

    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left behind is a temporary file that nothing refers to; the first error is the one to report.
        }
    }
}
