using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Test-IcebergTable.</summary>
public sealed class TestTableTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public TestTableTests()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");
        _session.Invoke("[pscustomobject]@{ id = 1 } | Import-Delta -Table hr.people -DateReceived 2021-01-01");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Test_OfHealthyTablesGivesNothing()
    {
        Assert.Empty(_session.Invoke("Test-IcebergTable hr.* -Deep"));
        Assert.Empty(_session.Invoke($"Test-IcebergTable {ForeignTable.Bunnies.Arguments} -Deep | Where-Object Severity -eq Error"));
    }

    [Fact]
    public void Test_GivesFindingsWithTableAndSnapshot()
    {
        string path = _session.Single("(Get-IcebergFile hr.people).Path").ToString();
        File.Delete(new Uri(path).LocalPath);

        PSObject finding = _session.Single("Get-IcebergTable hr.people | Test-IcebergTable");

        Assert.Equal(("hr.people", "Error", "FileMissing", path), (finding.Properties["Table"].Value, finding.Properties["Severity"].Value.ToString(), finding.Properties["Check"].Value, finding.Properties["Path"].Value));
        Assert.Equal(_session.Single("(Get-IcebergSnapshot hr.people).SnapshotId").BaseObject, finding.Properties["SnapshotId"].Value);
        Assert.Contains("FileMissing", _session.Show("Test-IcebergTable hr.people"), StringComparison.Ordinal);
    }
}
