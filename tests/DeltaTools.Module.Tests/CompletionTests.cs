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
