namespace DeltaTools.Core.Tests;

/// <summary>A new folder that is deleted with its content at the end of the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    // In memory where that is easily had: tests make many small files, and every one is flushed.
    private const string MemoryDisk = "/dev/shm";

    public string Path { get; } = Directory.Exists(MemoryDisk)
        ? Directory.CreateDirectory($"{MemoryDisk}/deltatools-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("deltatools-").FullName;

    /// <summary>A path below the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that a test killed may hold a file for a moment longer (Windows); the system clears the folder later.
        }
    }
}
