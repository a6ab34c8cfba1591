using System.Management.Automation;
using System.Management.Automation.Runspaces;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class ParallelTests
{
    [Fact]
    public async Task Runspaces_HaveTheirOwnConnections()
    {
        using TempFolder folder = new();
        IEnumerable<Task<string[]>> runs = Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            using Runspace runspace = ModuleSession.Open(new TestHost());
            using PowerShell shell = PowerShell.Create(runspace);
            return shell.AddScript($$"""
                Connect-IcebergCatalog '{{folder.Path}}/{{i}}'
                foreach ($n in 1..3) { [void] (New-IcebergTable "space{{i}}.table$n" 'id int') }
                (Get-IcebergTable).Table
                (Get-IcebergCatalog).Warehouse
                """).Invoke<string>().ToArray();
        }));

        string[][] results = await Task.WhenAll(runs);

        Assert.All(results.Index(), r => Assert.Equal(
            [$"space{r.Index}.table1", $"space{r.Index}.table2", $"space{r.Index}.table3", new Uri(Path.Join(folder.Path, $"{r.Index}")).AbsoluteUri],
            r.Item));
    }

    [Fact]
    public void Connection_CanBeHandedToAnotherRunspace()
    {
        using ModuleSession first = new();
        using ModuleSession second = new();
        object catalog = first.Single($"Connect-IcebergCatalog '{first.Folder}' -PassThru; [void] (New-IcebergTable hr.employee 'id int')").BaseObject;
        second.Runspace.SessionStateProxy.SetVariable("given", catalog);

        Assert.Equal("hr.employee", second.Single("(Get-IcebergTable -Catalog $given).Table").BaseObject);
        Assert.Empty(second.Invoke("Get-IcebergCatalog"));
    }
}
