namespace DeltaTools.Module.Tests.Harness;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("deltatools-test-").FullName;

    public string File(string name, string content)
    {
        string path = System.IO.Path.Join(Path, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
