using System.Runtime.InteropServices;

namespace DeltaTools.Core.Storage;

/// <summary>The three things a durable, never-overwriting file creation needs on Unix that .NET does not offer.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int FileExists = 17;

    public enum LinkResult { Linked, Exists, Unsupported }

    /// <summary>Gives a file a second name, atomically and only when that name is free.</summary>
    /// <returns>Unsupported: the file system has no hard links (FAT, some network mounts) or refuses this one.</returns>
    public static LinkResult TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0) return LinkResult.Linked;
        return Marshal.GetLastPInvokeError() == FileExists ? LinkResult.Exists : LinkResult.Unsupported;
    }

    /// <summary>Makes names that were created in or removed from a folder durable.</summary>
    /// <remarks>Some file systems refuse this for folders; they have nothing better to offer, so a refusal is not an error.</remarks>
    public static void SyncFolder(string folder)
    {
        int handle = Open(folder, ReadOnly);
        if (handle < 0) return;
        _ = Sync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
