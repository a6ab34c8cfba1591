using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Tables_AreCompletedByNamespaceThenName()
    {
        Connect();

        Assert.Equal(["hr.", "shop."], Complete("Get-IcebergTable "));
        Assert.Equal(["hr.department", "hr.employee"], Complete("Get-IcebergHistory hr."));
        Assert.Equal(["hr.employee"], Complete("Get-IcebergHistory hr.e"));
        Assert.Equal(["hr.employee"], Complete("Get-IcebergHistory hr.*loy"));
        Assert.Equal(["hr.department"], Complete("Remove-IcebergTable -Table 'hr.d"));
    }

    [Fact]
    public void Namespaces_Catalogs_AreCompleted()
    {
        Connect();

        Assert.Equal(["hr", "shop"], Complete("Get-IcebergTable -Namespace "));
        Assert.Equal(["default"], Complete("Get-IcebergTable -Catalog "));
        Assert.Equal(["default"], Complete("Disconnect-IcebergCatalog d"));
    }

    [Fact]
    public void Tables_OfANamedCatalogAreCompleted()
    {
        Connect();
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/other' -Name other; [void] (New-IcebergTable lab.test 'id int')");

        Assert.Equal(["lab.test"], Complete("Get-IcebergTable -Catalog other "));
        Assert.Equal(["hr.", "shop."], Complete("Get-IcebergTable -Catalog default "));
    }

    [Fact]
    public void NewTables_AreSeenAtOnce()
    {
        Connect();
        Complete("Get-IcebergTable hr.");
        _session.Invoke("[void] (New-IcebergTable hr.newest 'id int')");

        Assert.Contains("hr.newest", Complete("Get-IcebergTable hr."));
    }

    [Fact]
    public void SnapshotsRefsAndColumns_OfATableAreCompleted()
    {
        string table = ForeignTable.Branches.Folder;

        Assert.Equal(
            ["154324552338474173", "293191470325800019", "7558608030923099867", "5231658854638766100", "1638951453256129678"],
            Complete($"Get-IcebergSnapshot '{table}' -SnapshotId "));
        Assert.Equal(["7558608030923099867"], Complete($"Get-IcebergData '{table}' -SnapshotId 75"));
        Assert.Equal(["EOW-01", "main", "test-branch"], Complete($"Get-IcebergData '{table}' -Ref "));
        Assert.Equal(["a", "b"], Complete($"Get-IcebergData '{table}' -Column "));
        Assert.Equal(["'Breed Name'", "breed_name_length"], Complete($"Get-IcebergData '{ForeignTable.Bunnies.Folder}' -Column br"));
    }

    [Fact]
    public void PropertiesAndPartitions_OfATableAreCompleted()
    {
        Connect();
        _session.Invoke("[void] (New-IcebergTable hr.cut 'id int, ts timestamp' -Partition 'day(ts)', id -Property @{ 'gc.enabled' = $true; 'write.merge.mode' = 'copy-on-write' })");

        Assert.Equal(["gc.enabled"], Complete("Set-IcebergTable hr.cut -RemoveProperty g"));
        Assert.Equal(["ts_day", "id"], Complete("Set-IcebergTable hr.cut -RemovePartition "));
        Assert.Equal(["ts"], Complete("Set-IcebergTable hr.cut -RemoveColumn t"));
    }

    [Fact]
    public void Snapshots_TellWhatTheyAre()
    {
        using PowerShell shell = _session.Shell("");
        shell.Commands.Clear();
        string line = $"Get-IcebergData '{ForeignTable.Branches.Folder}' -SnapshotId 75";

        CompletionResult match = Assert.Single(CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches);

        Assert.EndsWith("overwrite, +0/-1 rows", match.ToolTip, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingConnected_CompletesNothingAndFailsNot()
    {
        Assert.Empty(Complete("Get-IcebergTable hr."));
        Assert.Empty(Complete("Get-IcebergSnapshot hr.none -SnapshotId "));
        Assert.Empty(Complete("Get-IcebergSnapshot /no/such/table -Ref "));
    }

    private void Connect() => _session.Invoke($$"""
        Connect-IcebergCatalog '{{_session.Folder}}/warehouse'
        'hr.employee', 'hr.department', 'shop.order' | ForEach-Object { [void] (New-IcebergTable $_ 'id int, name string') }
        """);

    private string[] Complete(string line)
    {
        using PowerShell shell = _session.Shell("");
        shell.Commands.Clear();
        CommandCompletion completion = CommandCompletion.CompleteInput(line, line.Length, null, shell);
        // File names are what PowerShell falls back to when a completer has nothing.
        return [.. completion.CompletionMatches.Where(m => m.ResultType == CompletionResultType.ParameterValue).Select(m => m.CompletionText)];
    }
}
