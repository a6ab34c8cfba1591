using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Aws;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Module.Tests;

/// <summary>Tables of the Glue data catalog on both engines, through the module and the real engine of PowerShell.</summary>
public sealed class GlueTests : GlueLab
{
    [Fact]
    public void EmployeesJob_WorksOnTheEmbeddedEngine()
    {
        EmployeesJob.Run(Session);

        Assert.Empty(Athena.Queries);
        Assert.Equal("Embedded", Session.Single("(Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-03).Engine").ToString());
    }

    [Fact]
    public void EmployeesJob_WorksOnAthena()
    {
        Connect("-AthenaThreshold 1");
        EmployeesJob.Run(Session);

        Assert.Contains(Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));
        PSObject again = Session.Single(EmployeesJob.Merge(3));
        Assert.Equal("Athena", again.Properties["Engine"].Value);
        Assert.Equal("2 3 4 5 6 7 9 10 11", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee -Engine Athena"));
        Assert.Equal("1 2 3 4 5 6 7", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee -Engine Athena -ReportDate 2021-01-02"));
        Assert.Equal("4", Session.Single(
            "(Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.employee WHERE department_id = ? AND surname <> ?' -Parameter 2, 'Powell' -Engine Athena).n").ToString());
        Assert.Equal("5", Session.Single("(Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.employee WHERE department_id = ?' -Parameter 2).n").ToString());
        PSObject changed = Session.Single("Invoke-IcebergQuery \"UPDATE hr.employee SET surname = 'X' WHERE employee_id = 2\" -Engine Athena");
        Assert.Equal(1L, changed.Properties["Rows"].Value);
        Assert.Equal("1", Session.Single("(Optimize-IcebergTable hr.employee -Engine Athena).FilesAdded").ToString());
    }

    [Fact]
    public void Example_GivesTheTutorialsTables()
    {
        string text = Session.Show($"& '{Repository.Root}/examples/employees-athena.ps1' -Warehouse '{Session.Folder}/lake' -Connection @{{ EndpointUrl = '{Server.Url}'; Region = '{AwsServer.Region}'; AccessKey = '{Key}'; SecretKey = '{Secret}'; SessionToken = '{Token}' }} -Keep");

        Assert.True(text.Contains("Done.", StringComparison.Ordinal), text + Session.Show("$Error | ForEach-Object { \"$_ $($_.ScriptStackTrace)\" }"));
        Assert.DoesNotContain("MARKER", text, StringComparison.Ordinal);
        Assert.Equal(3, Athena.Queries.Count(q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal)));
        Assert.Contains(Athena.Queries, q => q.Sql.StartsWith("OPTIMIZE", StringComparison.Ordinal));
        Assert.Contains(Athena.Queries, q => q.Sql.StartsWith("VACUUM", StringComparison.Ordinal));
        Connect();
        const string Row = " | ForEach-Object { $_.PSObject.Properties.Value.ForEach{ $(if ($_ -is [datetime] -or $_ -is [DateOnly]) { $_.ToString('MM-dd') } elseif ($null -eq $_) { 'NULL' } else { $_ }) } -join ' ' }";
        string[] Rows(string script) => [.. Session.Invoke(script + Row).Select(r => r.ToString()).OrderBy(r => int.Parse(r.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        string[] third =
        [
            "2 F Summer Bennett 1 17 01-01 01-01", "3 M Pip Carter 1 17 01-01 01-01", "4 F Bella Long 1 17 01-01 01-01", "5 F Lexie Perry 2 18 01-01 01-02",
            "6 M Robert Roberts 1 17 01-02 01-02", "7 F Iris Alexander 2 5 01-02 01-03", "9 M Evan Carter 2 5 01-03 01-03", "10 F Lauren Powell 2 5 01-03 01-03", "11 F Alice James 2 5 01-03 01-03",
        ];
        Assert.Equal(third, Rows("Get-IcebergData hr.employee -SnapshotId @(Get-IcebergSnapshot hr.employee -Ref day-three).SnapshotId"));
        Assert.Equal(
            [
                "1 M Dexter Mitchell 1 17 01-01 01-01", "2 F Summer Bennett 1 17 01-01 01-01", "3 M Pip Carter 1 17 01-01 01-01", "4 F Bella Long 1 17 01-01 01-01",
                "5 F Lexie Perry NULL 17 01-01 01-01",
            ], Rows("Get-IcebergData hr.employee"));
        Assert.Equal(13, Session.Invoke("Get-IcebergData hr.raw_deltas -Engine Athena").Count);
        Session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
    }

    [Fact]
    public void WhatIf_CountsOnAthenaAndChangesNothing()
    {
        EmployeesJob.Import(Session, 1);
        Session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string' -Engine Athena -Property @{ owner = 'ada'; vacuum_min_snapshots_to_keep = '5' } | Out-Null");
        Assert.Contains("5 inserts", Session.Show(EmployeesJob.Merge(1) + " -Engine Athena -WhatIf").ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Empty(Session.Invoke("Get-IcebergSnapshot hr.employee"));
        Session.Invoke("Invoke-IcebergQuery 'DELETE FROM hr.raw_deltas' -Engine Athena -WhatIf");
        Assert.Equal(5, Session.Invoke("Get-IcebergData hr.raw_deltas").Count);
        Assert.Equal("ada", Session.Single("(Get-IcebergTable hr.employee).Properties['owner']").ToString());
    }

    [Fact]
    public void Engine_SaysWhatItTookAndWhy()
    {
        EmployeesJob.Import(Session, 1);
        Session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string' | Out-Null");

        Assert.Contains(Session.Run(EmployeesJob.Merge(1) + " -Verbose").Verbose, v => v.Contains("Engine: Embedded (", StringComparison.Ordinal) && v.Contains("less than", StringComparison.Ordinal));
        Assert.Contains(Session.Run(EmployeesJob.Merge(1) + " -Engine Athena -Verbose").Verbose, v => v.Contains("Engine: Athena (asked for)", StringComparison.Ordinal));
        Session.Invoke("Connect-IcebergCatalog \"$($login.Warehouse)-local\" -Name local");
        ErrorRecord error = Session.Error("New-IcebergTable hr.t 'id int' -Engine Athena -Catalog local");
        Assert.Equal("FeatureUnsupported", error.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void Tables_StayAsAthenaCanUseThem()
    {
        Session.Invoke("New-IcebergTable hr.t 'id int' | Out-Null");

        Assert.Contains("-Force", Session.Error("Set-IcebergTable hr.t -FormatVersion 3").Exception.Message, StringComparison.Ordinal);
        RunResult forced = Session.Run("Set-IcebergTable hr.t -FormatVersion 3 -Force");
        Assert.Contains(forced.Warnings, w => w.Contains("Athena", StringComparison.Ordinal));
        Assert.Contains(Session.Run("New-IcebergTable hr.t3 'id int' -FormatVersion 3").Warnings, w => w.Contains("Athena", StringComparison.Ordinal));
    }

    [Fact]
    public void Policy_NamesEveryCallOfGlueAndAthenaAndNoOther()
    {
        EmployeesJob.Run(Session);
        Session.Invoke("Get-IcebergTable | Out-Null; Get-IcebergData hr.employee -Engine Athena | Out-Null");
        Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        Session.Error("Invoke-IcebergQuery 'SELECT 1' -Engine Athena -Timeout 0:0:0.3");
        Athena.Troubles.RunTime = default;
        Session.Invoke("Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force");
        string help = File.ReadAllText(Path.Join(Repository.ModuleBin, "..", "en-US", "about_DeltaTools_Athena.help.txt"));
        string policy = help[help.IndexOf("\"Statement\"", StringComparison.Ordinal)..help.IndexOf("Who only reads", StringComparison.Ordinal)];

        IEnumerable<string> allowed = System.Text.RegularExpressions.Regex.Matches(policy, "\"(?:glue|athena):([A-Za-z]+)\"").Select(m => m.Groups[1].Value);

        Assert.Equal(Server.Log.All.Select(r => r.Operation).Distinct().Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AllStreams_HoldNoSecret()
    {
        EmployeesJob.Run(Session);
        List<string> spoken =
        [
            SpokenText.Of(Session, "Connect-IcebergCatalog @login -PassThru -Verbose -Debug"),
            SpokenText.Of(Session, "Get-IcebergCatalog; Get-IcebergTable; Get-IcebergHistory hr.employee; Get-IcebergSnapshot hr.employee; (Get-IcebergTable hr.employee).Properties; Get-DeltaLedger hr.raw_deltas"),
            SpokenText.Of(Session, EmployeesJob.Merge(3) + " -Engine Athena -Rebuild -Verbose -Debug | Out-DeltaSummary -PassThru"),
            SpokenText.Of(Session, "Optimize-IcebergTable hr.employee -Engine Athena -Verbose -Debug; Remove-IcebergSnapshot hr.employee -Engine Athena -Force -Verbose -Debug; Get-IcebergData hr.employee -Engine Athena -Verbose -Debug"),
            SpokenText.Of(Session, "$wrong = $login.Clone(); $wrong.SecretKey = 'MARKER-wrong'; Connect-IcebergCatalog @wrong -Name wrong -Verbose -Debug"),
            SpokenText.Of(Session, "$wrong = $login.Clone(); $wrong.SessionToken = 'MARKER-wrong'; Connect-IcebergCatalog @wrong -Name wrong -Verbose -Debug"),
            SpokenText.Of(Session, "$wrong = $login.Clone(); $wrong.Region = 'us-west-2'; Connect-IcebergCatalog @wrong -Name wrong -Verbose -Debug"),
        ];
        foreach ((FaultKind fault, string script) in new[]
        {
            (FaultKind.InternalError, "Get-IcebergTable hr.employee"), (FaultKind.ExpiredToken, EmployeesJob.Merge(3) + " -Engine Athena"),
            (FaultKind.ExpiredToken, "Invoke-IcebergQuery 'SELECT 1' -Engine Athena"), (FaultKind.Reset, "Invoke-IcebergQuery 'SELECT 1' -Engine Athena"),
        })
        {
            Server.Faults.Add(fault, times: 1000);
            spoken.Add(SpokenText.Of(Session, script + " -Verbose -Debug"));
            Server.Faults.Clear();
        }
        // What the service quotes in the reason of a failure.
        Athena.Troubles.Fail("SELECT 2", new AthenaFailure($"GENERIC_INTERNAL_ERROR: with {Secret} and {Token}", 2, 1));
        spoken.Add(SpokenText.Of(Session, "Invoke-IcebergQuery 'SELECT 2' -Engine Athena -Verbose -Debug"));
        string text = string.Join('\n', spoken);

        Assert.Contains("Engine: Athena", text, StringComparison.Ordinal);
        Assert.Contains("expired", text, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", text, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Session.Folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)),
            f => Assert.DoesNotContain("MARKER", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f)), StringComparison.Ordinal));
        Assert.All(Athena.Queries, q => Assert.DoesNotContain("MARKER", q.Sql, StringComparison.Ordinal));
    }
}
