using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class ManifestTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Fact]
    public void Manifest_IsValidAndForPowerShell76()
    {
        PSObject module = session.Single($"Test-ModuleManifest '{Repository.Manifest}'");

        Assert.Equal(new Version(7, 6), module.Properties["PowerShellVersion"].Value);
        Assert.Equal("DeltaTools", module.Properties["Name"].Value);
    }

    [Fact]
    public void Version_IsThatOfTheAssemblyAndOfTheNewestChange()
    {
        Version version = (Version)session.Single("(Get-Module DeltaTools).Version").BaseObject;
        object assembly = session.Single("(Get-Command Get-IcebergCatalog).ImplementingType.Assembly.GetName().Version").BaseObject;
        string changes = File.ReadAllText(Path.Join(Repository.Root, "module", "CHANGELOG.md"));

        Assert.Equal(new Version(version.Major, version.Minor, version.Build, 0), assembly);
        Assert.Equal($"[{version}]", changes.Split('\n').First(l => l.StartsWith("## ", StringComparison.Ordinal)).Split(' ')[1]);
    }

    [Fact]
    public void Cmdlets_AreExportedByNameEveryOne()
    {
        string[] exported = [.. session.Invoke("(Get-Module DeltaTools).ExportedCommands.Keys").Select(k => k.ToString())];
        string[] sources = [.. Directory.GetFiles(Path.Join(Repository.Root, "src", "DeltaTools.Cmdlets", "Commands"), "*Command.cs")
            .Select(f => Path.GetFileNameWithoutExtension(f)[..^"Command".Length])];
        string manifest = File.ReadAllText(Repository.Manifest);

        Assert.Equal(sources.Order(StringComparer.Ordinal), exported.Select(e => e.Replace("-", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("'*'", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Module_CanBeRemovedAndImportedAgain()
    {
        string[] names = [.. session.Invoke($"""
            Remove-Module DeltaTools
            Import-Module '{Repository.Manifest}'
            Import-Module '{Repository.Manifest}' -Force
            Get-IcebergCatalog
            (Get-Module DeltaTools).Name
            """).Select(o => o.ToString())];

        Assert.Equal(["DeltaTools"], names);
    }
}
