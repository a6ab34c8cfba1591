using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Other modules in the session may have loaded other versions of what we depend on.</summary>
public sealed class IsolationTests
{
    private static string Dependencies => Path.Join(Repository.ModuleBin, "dependencies");

    [Fact]
    public void Cmdlets_ReferenceOnlyCoreTheRuntimeAndTheEngine()
    {
        string[] dependencies = [.. Directory.GetFiles(Dependencies, "*.dll").Select(f => Path.GetFileNameWithoutExtension(f)!)];
        using FileStream file = File.OpenRead(Path.Join(Repository.ModuleBin, "DeltaTools.Cmdlets.dll"));
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        string[] references = [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];

        Assert.Equal(["DeltaTools.Core"], references.Intersect(dependencies));
        Assert.All(references, r => Assert.True(r is "DeltaTools.Core" or "System.Management.Automation" || r.StartsWith("System.", StringComparison.Ordinal), r));
    }

    [Fact]
    public void Folder_OfTheCmdletsHoldsNothingElse()
    {
        // PowerShell and the runtime look for assemblies beside the cmdlets; what lies there leaks into the session.
        string[] files = [.. Directory.GetFiles(Repository.ModuleBin).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

        Assert.Equal(["DeltaTools.Cmdlets.dll", "DeltaTools.Loader.dll"], files);
    }

    [Theory]
    [InlineData("win-x64", "duckdb.dll", "e_sqlite3.dll")]
    [InlineData("win-arm64", "duckdb.dll", "e_sqlite3.dll")]
    [InlineData("linux-x64", "libduckdb.so", "libe_sqlite3.so")]
    [InlineData("linux-arm64", "libduckdb.so", "libe_sqlite3.so")]
    [InlineData("osx", "libduckdb.dylib")]
    [InlineData("osx-x64", "libe_sqlite3.dylib")]
    [InlineData("osx-arm64", "libe_sqlite3.dylib")]
    public void Natives_AreStagedForEveryPlatform(string platform, params string[] files) =>
        Assert.All(files, f => Assert.True(File.Exists(Path.Join(Dependencies, "runtimes", platform, "native", f)), f));

    [Fact]
    public async Task AnotherVersionOfADependency_DoesNotMatter()
    {
        using TempFolder folder = new();
        string[] fakes = [.. new[] { "Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "DuckDB.NET.Data", "DuckDB.NET.Bindings", "ZstdSharp" }
            .Select(name => Fake(folder.Path, name))];
        string script = folder.File("isolation.ps1", $$"""
            {{string.Join('\n', fakes.Select(f => $"[void] [System.Reflection.Assembly]::LoadFrom('{f}')"))}}
            Connect-IcebergCatalog '{{folder.Path}}/warehouse'
            $table = New-IcebergTable hr.employee 'id int'
            $table.Table
            [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Microsoft.Data.Sqlite' } | ForEach-Object { $_.GetName().Version.Major -eq 99 }
            """);

        ShellResult result = await ShellProcess.RunAsync([script]);

        Assert.Equal("", result.Errors);
        Assert.Equal("hr.employee\nTrue\nFalse\n", result.Output);
    }

    [Fact]
    public async Task Import_LoadsNoDependency()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", """
            [System.AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name } | Where-Object { $_ -match 'DuckDB|Sqlite|Parquet|Avro|AWSSDK' }
            """]);

        Assert.Equal("", result.Output);
    }

    /// <summary>An assembly with this name, an absurd version and nothing in it.</summary>
    private static string Fake(string folder, string name)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName(name) { Version = new Version(99, 0, 0, 0) }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name);
        string path = Path.Join(folder, name + ".dll");
        assembly.Save(path);
        return path;
    }
}
