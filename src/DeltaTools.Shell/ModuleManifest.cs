namespace DeltaTools.Shell;

/// <summary>Where the module is: beside the program (packaged) or in the repository that it was built in.</summary>
internal static class ModuleManifest
{
    public const string FileName = "DeltaTools.psd1";

    /// <summary>The manifest in the folder or the nearest one above it, or null.</summary>
    public static string? Find(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            string path = Path.Join(at.FullName, FileName);
            if (File.Exists(path)) return path;
        }
        return null;
    }
}
