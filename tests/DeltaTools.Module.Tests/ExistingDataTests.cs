using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Register-IcebergTable and Import-IcebergFile.</summary>
public sealed class ExistingDataTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public ExistingDataTests()
    {
        _session.Invoke($"Connect-IcebergCatalog '{_session.Folder}/warehouse'");
        _session.Invoke("[pscustomobject]@{ id = 1; name = 'Ada' }, [pscustomobject]@{ id = 2; name = 'Bob' } | Import-Delta -Table hr.people -DateReceived 2021-01-01");
    }

    public void Dispose() => _session.Dispose();

    private string File => _session.Single("(Get-IcebergFile hr.people).Path").ToString();

    [Fact]
    public void Register_BringsBackATableThatWasRemoved()
    {
        _session.Invoke("Remove-IcebergTable hr.people -Force");

        PSObject table = _session.Single($"Register-IcebergTable hr.staff '{_session.Folder}/warehouse/hr/people'");

        Assert.Equal("hr.staff", table.Properties["Table"].Value);
        Assert.Equal(2, _session.Invoke("Get-IcebergData hr.staff").Count);
        Assert.Equal("TableAlreadyExists,DeltaTools.Cmdlets.Commands.RegisterIcebergTableCommand",
            _session.Error("Register-IcebergTable hr.staff (Get-IcebergTable hr.staff).MetadataLocation").FullyQualifiedErrorId);
        Assert.Equal("TableNotFound,DeltaTools.Cmdlets.Commands.RegisterIcebergTableCommand",
            _session.Error($"Register-IcebergTable hr.other '{_session.Folder}/nowhere'").FullyQualifiedErrorId);
    }

    [Fact]
    public void Register_RefusesATableWhoseFilesWereMoved()
    {
        ErrorRecord error = _session.Error($"Register-IcebergTable hr.moved '{ForeignTable.Bunnies.Folder}'");

        Assert.Contains(error.FullyQualifiedErrorId.Split(',')[0], (string[])["InvalidArgument", "FeatureUnsupported"]);
        Assert.Empty(_session.Invoke("Get-IcebergTable hr.moved*"));
    }

    [Fact]
    public void Import_AddsFilesOfAFolderOnce()
    {
        _session.Invoke("New-IcebergTable hr.copy 'id long, name string, date_received date' -Partition name");
        string path = File, folder = $"{_session.Folder}/in/name=x";
        Directory.CreateDirectory(folder);
        System.IO.File.Copy(new Uri(path).LocalPath, $"{folder}/f.parquet");
        ErrorRecord refused = _session.Error($"Import-IcebergFile '{_session.Folder}/in' hr.copy");
        Assert.Equal("SchemaMismatch,DeltaTools.Cmdlets.Commands.ImportIcebergFileCommand", refused.FullyQualifiedErrorId);
        _session.Invoke("Set-IcebergTable hr.copy -RemovePartition name");

        PSObject import = _session.Single($"Import-IcebergFile '{_session.Folder}/in/*' hr.copy");

        Assert.Equal(("hr.copy", "Imported", 2L), (import.Properties["Table"].Value, import.Properties["Status"].Value.ToString(), import.Properties["Rows"].Value));
        Assert.Equal(["Ada", "Bob"], _session.Invoke("(Get-IcebergData hr.copy).name").Select(n => n.ToString()).Order(StringComparer.Ordinal));
        foreach (string input in (string[])[$"'{folder}/f.parquet'", $"[pscustomobject]@{{ PSPath = '{folder}/f.parquet' }}", $"[System.IO.FileInfo]'{folder}/f.parquet'"])
            Assert.Equal("AlreadyImported", _session.Single($"({input} | Import-IcebergFile -Table hr.copy).Status").ToString());
        Assert.Equal("Import-IcebergFile", _session.Single("(Get-IcebergSnapshot hr.copy).Summary['deltatools.command']").ToString());
    }

    [Fact]
    public void Import_WhatIfTellsRowsAndChangesNothing()
    {
        _session.Invoke("New-IcebergTable hr.copy 'id long, name string, date_received date'");
        _session.Host.ClearText();

        Assert.Empty(_session.Invoke($"Import-IcebergFile '{File}' hr.copy -WhatIf"));

        Assert.Contains("(2 rows, ", _session.Host.Text, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.copy"));
    }

    [Fact]
    public void Import_MissingFilesAreErrorsOfTheirOwn()
    {
        _session.Invoke("New-IcebergTable hr.copy 'id long, name string, date_received date'");

        RunResult run = _session.Run($"Import-IcebergFile '{_session.Folder}/none', '{_session.Folder}/*.none', '{File}' hr.copy");

        Assert.Equal(["InvalidArgument", "InvalidArgument"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(run.Output);
    }
}
