using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class CatalogTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Connect_MakesTheWarehouseAndTheDefault()
    {
        PSObject catalog = _session.Single($"Connect-IcebergCatalog '{_session.Folder}/new' -MemoryLimit '1.5 GB' -Threads 2 -PassThru");

        Assert.True(File.Exists(Path.Join(_session.Folder, "new", "catalog.db")));
        Assert.Equal("default", catalog.Properties["Name"].Value);
        Assert.Equal("Sqlite", catalog.Properties["Type"].Value);
        Assert.Equal(true, _session.Single("(Get-IcebergCatalog).IsDefault").BaseObject);
        Assert.Equal(1_610_612_736L, catalog.Properties["MemoryLimit"].Value);
        Assert.Equal(2, catalog.Properties["Threads"].Value);
    }

    [Fact]
    public void Connect_TakesPathsRelativeToTheLocation()
    {
        // Set-Location is not here without the other modules; the engine's own location is what a path is relative to.
        _session.Invoke($"$ExecutionContext.SessionState.Path.SetLocation('{_session.Folder}') | Out-Null; Connect-IcebergCatalog ./here");

        Assert.True(File.Exists(Path.Join(_session.Folder, "here", "catalog.db")));
    }

    [Fact]
    public void Connect_SaysNothingUnlessAsked() => Assert.Empty(_session.Invoke($"Connect-IcebergCatalog '{_session.Folder}'"));

    [Fact]
    public void Connect_ToANewNameChangesTheDefault()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/a' -Name a; New-IcebergTable x.in_a 'id int'; Connect-IcebergCatalog '{_session.Folder}/b' -Name b");

        Assert.Empty(_session.Invoke("Get-IcebergTable"));
        Assert.Single(_session.Invoke("Get-IcebergTable -Catalog a"));
        Assert.Single(_session.Invoke("Get-IcebergCatalog a | ForEach-Object { Get-IcebergTable -Catalog $_ }"));
        Assert.Equal(["a", "b"], _session.Invoke("(Get-IcebergCatalog).Name").Select(n => n.ToString()));
        Assert.Equal("b", _session.Single("(Get-IcebergCatalog | Where-Object IsDefault).Name").ToString());
    }

    [Fact]
    public void PipedTables_KeepTheirCatalog()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/a' -Name a; $table = New-IcebergTable x.in_a 'id int'; Connect-IcebergCatalog '{_session.Folder}/b' -Name b");

        Assert.Equal("x.in_a", _session.Single("$table | Get-IcebergTable").Properties["Table"].Value);
        Assert.Empty(_session.Invoke("$table | Get-IcebergHistory"));
    }

    [Fact]
    public void Disconnect_ClosesAndTheLastOneLeftBecomesTheDefault()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/a' -Name a; $kept = Connect-IcebergCatalog '{_session.Folder}/b' -Name b -PassThru; Disconnect-IcebergCatalog b");

        Assert.Equal("a", _session.Single("(Get-IcebergCatalog | Where-Object IsDefault).Name").ToString());
        Assert.StartsWith("CatalogNotConnected", _session.Error("Get-IcebergTable -Catalog $kept").FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-IcebergTable hr.employee")]
    [InlineData("Get-IcebergTable hr.*")]
    [InlineData("New-IcebergTable hr.employee 'id int'")]
    [InlineData("Get-IcebergHistory hr.employee, hr.employee")]
    [InlineData("Get-IcebergCatalog nope")]
    public void NoCatalog_IsOneTerminatingErrorThatSaysWhatToDo(string script)
    {
        ErrorRecord error = _session.Error(script);

        Assert.True(_session.Terminates(script));
        Assert.StartsWith("CatalogNotConnected", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Connect-IcebergCatalog", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownCatalogName_ListsThoseThereAre()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}' -Name prod");

        Assert.Contains("Connected are: prod.", _session.Error("Get-IcebergTable -Catalog production").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_ToAFileThatIsNoCatalogIsRefused()
    {
        File.WriteAllText(Path.Join(_session.Folder, "catalog.db"), new string('x', 5000));

        ErrorRecord error = _session.Error($"Connect-IcebergCatalog '{_session.Folder}'");

        Assert.StartsWith("TableDataInvalid", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergCatalog"));
    }

    [Fact]
    public async Task Environment_ConnectsImplicitly()
    {
        ShellResult result = await ShellProcess.RunAsync(["-Command", $"$env:DELTATOOLS_WAREHOUSE = '{_session.Folder}'; [void] (New-IcebergTable hr.x 'id int'); (Get-IcebergCatalog).Warehouse"]);

        Assert.Equal($"{new Uri(_session.Folder).AbsoluteUri}\n", result.Output);
    }
}
