using System.Management.Automation;
using DeltaTools.Core.Storage;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Faults;
using DeltaTools.TestServers.Glue;
using DeltaTools.TestServers.Signing;

namespace DeltaTools.Module.Tests;

/// <summary>Tables of the Glue data catalog on both engines, through the module and the real engine of PowerShell.</summary>
public sealed class GlueTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "MARKER/secret+of/the/key";
    private const string Token = "MARKER-token/of+the/session==";

    private readonly ModuleSession _session = new();
    private AthenaService _athena = null!;
    private AwsServer _server = null!;

    public async Task InitializeAsync()
    {
        GlueStore store = new();
        _athena = new AthenaService(store, ObjectStores.Local);
        _server = await AwsServer.StartAsync(new GlueService(store), _athena);
        _server.Accept(new TestCredentials("ASIAMODULE0000000002", Secret, Token));
        Connect();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _athena.DisposeAsync();
        Assert.Empty(_server.Violations);
    }

    public void Dispose()
    {
        _session.Invoke("Get-IcebergCatalog | Disconnect-IcebergCatalog");
        _session.Dispose();
    }

    [Fact]
    public void EmployeesJob_WorksOnTheEmbeddedEngine()
    {
        EmployeesJob.Run(_session);

        Assert.Empty(_athena.Queries);
        Assert.Equal("Embedded", _session.Single("(Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-03).Engine").ToString());
    }

    [Fact]
    public void EmployeesJob_WorksOnAthena()
    {
        Connect("-AthenaThreshold 1");
        EmployeesJob.Run(_session);

        Assert.Contains(_athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
        PSObject again = _session.Single(EmployeesJob.Merge(3));
        Assert.Equal("Athena", again.Properties["Engine"].Value);
        Assert.Equal("2 3 4 5 6 7 9 10 11", EmployeesJob.Keys(_session, "Get-IcebergData hr.employee -Engine Athena"));
        Assert.Equal("1 2 3 4 5 6 7", EmployeesJob.Keys(_session, "Get-IcebergData hr.employee -Engine Athena -ReportDate 2021-01-02"));
        Assert.Equal("4", _session.Single(
            "(Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.employee WHERE department_id = ? AND surname <> ?' -Parameter 2, 'Powell' -Engine Athena).n").ToString());
        Assert.Equal("5", _session.Single("(Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.employee WHERE department_id = ?' -Parameter 2).n").ToString());
        PSObject changed = _session.Single("Invoke-IcebergQuery \"UPDATE hr.employee SET surname = 'X' WHERE employee_id = 2\" -Engine Athena");
        Assert.Equal(1L, changed.Properties["Rows"].Value);
        Assert.Equal("1", _session.Single("(Optimize-IcebergTable hr.employee -Engine Athena).FilesAdded").ToString());
    }

    [Fact]
    public void Example_Works()
    {
        string text = _session.Show($"& '{Repository.Root}/examples/employees-athena.ps1' -Warehouse '{_session.Folder}/lake' -Connection @{{ EndpointUrl = '{_server.Url}'; Region = '{AwsServer.Region}'; AccessKey = 'ASIAMODULE0000000002'; SecretKey = '{Secret}'; SessionToken = '{Token}' }}");

        Assert.True(text.Contains("Done.", StringComparison.Ordinal), text + _session.Show("$Error | ForEach-Object { \"$_ $($_.ScriptStackTrace)\" }"));
        Assert.DoesNotContain("MARKER", text, StringComparison.Ordinal);
        Assert.Contains(_athena.Queries, q => q.Sql.StartsWith("VACUUM", StringComparison.Ordinal));
        Connect();
    }

    [Fact]
    public void WhatIf_CountsOnAthenaAndChangesNothing()
    {
        EmployeesJob.Import(_session, 1);
        _session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string' -Engine Athena -Property @{ owner = 'ada'; vacuum_min_snapshots_to_keep = '5' } | Out-Null");
        Assert.Contains("5 inserts", _session.Show(EmployeesJob.Merge(1) + " -Engine Athena -WhatIf").ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.employee"));
        _session.Invoke("Invoke-IcebergQuery 'DELETE FROM hr.raw_deltas' -Engine Athena -WhatIf");
        Assert.Equal(5, _session.Invoke("Get-IcebergData hr.raw_deltas").Count);
        Assert.Equal("ada", _session.Single("(Get-IcebergTable hr.employee).Properties['owner']").ToString());
    }

    [Fact]
    public void Engine_SaysWhatItTookAndWhy()
    {
        EmployeesJob.Import(_session, 1);
        _session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string' | Out-Null");

        Assert.Contains(_session.Run(EmployeesJob.Merge(1) + " -Verbose").Verbose, v => v.Contains("Engine: Embedded (", StringComparison.Ordinal) && v.Contains("less than", StringComparison.Ordinal));
        Assert.Contains(_session.Run(EmployeesJob.Merge(1) + " -Engine Athena -Verbose").Verbose, v => v.Contains("Engine: Athena (asked for)", StringComparison.Ordinal));
        _session.Invoke("Connect-IcebergCatalog $PWD/local -Name local");
        ErrorRecord error = _session.Error("New-IcebergTable hr.t 'id int' -Engine Athena -Catalog local");
        Assert.Equal("FeatureUnsupported", error.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void Tables_StayAsAthenaCanUseThem()
    {
        _session.Invoke("New-IcebergTable hr.t 'id int' | Out-Null");

        Assert.Contains("-Force", _session.Error("Set-IcebergTable hr.t -FormatVersion 3").Exception.Message, StringComparison.Ordinal);
        RunResult forced = _session.Run("Set-IcebergTable hr.t -FormatVersion 3 -Force");
        Assert.Contains(forced.Warnings, w => w.Contains("Athena", StringComparison.Ordinal));
        Assert.Contains(_session.Run("New-IcebergTable hr.t3 'id int' -FormatVersion 3").Warnings, w => w.Contains("Athena", StringComparison.Ordinal));
    }

    [Fact]
    public void AllStreams_HoldNoSecret()
    {
        EmployeesJob.Run(_session);
        List<string> texts = [];
        foreach (FaultKind fault in new[] { FaultKind.InternalError, FaultKind.ExpiredToken })
        {
            _server.Faults.Add(fault, times: 200);
            foreach (string script in new[] { EmployeesJob.Merge(3) + " -Engine Athena", "Get-IcebergTable hr.employee", "Invoke-IcebergQuery 'SELECT 1' -Engine Athena" })
            {
                RunResult result = _session.Run(script + " -Verbose -Debug");
                texts.AddRange(result.Errors.Select(e => e.ToString() + e.Exception + e.ErrorDetails?.Message));
                texts.AddRange(result.Verbose.Concat(result.Warnings));
            }
            _server.Faults.Clear();
        }
        texts.Add(_session.Show("@(Get-IcebergCatalog) + $Error + $Error.Exception + @(Get-IcebergHistory hr.employee) + (Get-IcebergTable hr.employee) | ForEach-Object { foreach ($p in $_.PSObject.Properties) { \"$($p.Name)=$($p.Value)\" } }"));

        Assert.NotEmpty(texts);
        Assert.DoesNotContain("MARKER", string.Join('\n', texts), StringComparison.Ordinal);
    }

    private void Connect(string more = "") => _session.Invoke($$"""
        Connect-IcebergCatalog -Glue -Warehouse '{{_session.Folder}}/lake' -EndpointUrl '{{_server.Url}}' -Region {{AwsServer.Region}} -AccessKey ASIAMODULE0000000002 -SecretKey '{{Secret}}' -SessionToken '{{Token}}' {{more}}
        """);
}
