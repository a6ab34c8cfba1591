using System.Reflection;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>Places in the repository that the tests were built in.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    public static string Manifest => Path.Join(Root, "DeltaTools.psd1");

    public static string ModuleBin => Path.Join(Root, "module", "bin");

    public static string TestProject => Path.Join(Root, "tests", "DeltaTools.Module.Tests");

    /// <summary>The shell that was built together with the tests.</summary>
    public static string Shell => Path.Join(Root, "src", "DeltaTools.Shell", "bin", Configuration, "net10.0", "deltatools.dll");

    /// <summary>The cmdlets' pages as the build made them.</summary>
    public static string BuiltPages => Path.Join(Root, "src", "DeltaTools.Cmdlets", "bin", Configuration, "net10.0", "docs");

    private static string Configuration => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Configuration").Value!;

    private static string FindRoot()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Join(at.FullName, "DeltaTools.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException($"No DeltaTools.sln in or above {AppContext.BaseDirectory}.");
    }
}
