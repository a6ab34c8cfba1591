namespace DeltaTools.Core.Tests;

/// <summary>Finds <c>tests/Fixtures</c> from wherever the tests run.</summary>
public static class FixtureFiles
{
    private static readonly Lazy<string> Root = new(() =>
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DeltaTools.sln"))) return Path.Combine(folder.FullName, "tests", "Fixtures");
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds DeltaTools.sln.");
    });

    /// <summary>The full path of a file or folder, such as <c>metadata/valid/void-transform.metadata.json</c>.</summary>
    public static string At(string path) => Path.Combine(Root.Value, path);

    /// <summary>The names of the files in a folder.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(At(folder)).Select(f => Path.GetFileName(f)).Order();
}
