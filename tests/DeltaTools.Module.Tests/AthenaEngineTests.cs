using System.Globalization;
using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;
using DeltaTools.TestServers.Athena;
using DeltaTools.TestServers.Faults;

namespace DeltaTools.Module.Tests;

/// <summary>-Engine of the cmdlets: what is chosen, what is told, what ends well and what does not.</summary>
public sealed class AthenaEngineTests : GlueLab
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    [Fact]
    public void Auto_TakesAthenaFromTheThresholdOnAndSaysWhy()
    {
        EmployeesJob.Run(Session);
        string[] scripts =
        [
            EmployeesJob.Merge(3), "Get-IcebergData hr.employee -Engine Auto -First 1", "Optimize-IcebergTable hr.employee -Engine Auto",
            "Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.employee e JOIN hr.raw_deltas d ON e.employee_id = d.employee_id' -Engine Auto",
        ];
        foreach (string script in scripts)
        {
            string said = Said(script);
            Assert.StartsWith("Engine: Embedded (", said, StringComparison.Ordinal);
            Assert.EndsWith("MB are less than the 10240 MB from which on Athena is taken).", said, StringComparison.Ordinal);
        }
        Assert.Empty(Athena.Queries);
        Connect("-AthenaThreshold 1KB");
        foreach (string script in scripts)
        {
            string said = Said(script);
            Assert.StartsWith("Engine: Athena (", said, StringComparison.Ordinal);
            Assert.Contains("are at least the 0 MB from which on Athena is taken", said, StringComparison.Ordinal);
        }

        // What Athena cannot do, Auto gives to the embedded engine, and what is no matter of size stays there.
        Assert.Equal("Engine: Embedded (Athena writes to main only).", Said(EmployeesJob.Merge(3) + " -Branch other"));
        Assert.Equal("Engine: Embedded (expiry reads metadata only, however large the table is).", Said("Remove-IcebergSnapshot hr.employee -Engine Auto -Force"));
        Assert.StartsWith("Engine: Embedded (0 MB are less", Said("New-IcebergTable hr.t 'id int' -Engine Auto"), StringComparison.Ordinal);
        Assert.Equal("Engine: Embedded (-AllowFileAccess is for the embedded engine).", Said("Invoke-IcebergQuery 'SELECT 1' -Engine Auto -AllowFileAccess"));
    }

    [Fact]
    public void Query_ReachesAthenaAsItIsWritten()
    {
        EmployeesJob.Run(Session);
        Connect("-AthenaThreshold 1KB");
        string sql = $"SELECT  count(*) AS n\nFROM hr.employee FOR VERSION AS OF {Session.Single("(Get-IcebergHistory hr.employee)[-1].SnapshotId")} AS e";

        Assert.Equal("5", Session.Single($"(Invoke-IcebergQuery '{sql}' -Engine Auto).n").ToString());
        Assert.Equal(sql, Athena.Queries[^1].Sql);
        Assert.Equal("Engine: Athena (asked for).", Said($"Invoke-IcebergQuery '{sql}' -Engine Athena"));
        Assert.Equal("5", Session.Single($"(Invoke-IcebergQuery '{sql}' -Engine Embedded).n").ToString());
    }

    [Theory]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01 -Mode SoftDelete -DeletedAtColumn record_created -Engine Athena", "-Mode SoftDelete")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01 -Branch b -Engine Athena", "main only")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-01 -RequireNotNull surname -Engine Athena", "checked before they are published")]
    [InlineData("Optimize-IcebergTable hr.employee -Sort surname -Engine Athena", "-Sort")]
    [InlineData("Optimize-IcebergTable hr.employee -AsPlan -Engine Athena", "-AsPlan")]
    [InlineData("Remove-IcebergSnapshot hr.employee -OlderThan 1d -Force -Engine Athena", "vacuum_max_snapshot_age_seconds")]
    [InlineData("Remove-IcebergSnapshot hr.employee -AsPlan -Engine Athena", "-AsPlan")]
    [InlineData("New-IcebergTable hr.t 'id int' -SortOrder id -Engine Athena", "sort order")]
    [InlineData("New-IcebergTable hr.t 'id uuid' -Engine Athena", "uuid")]
    [InlineData("Get-IcebergData local.t -Catalog local -Engine Athena", "not in a Glue catalog")]
    [InlineData("Invoke-IcebergQuery 'SELECT 1' -Catalog local -Engine Athena", "no Glue catalog")]
    public void Athena_WhatItCannotDoIsRefusedWithTheWayOut(string script, string reason)
    {
        EmployeesJob.Import(Session, 1);
        Session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string, record_created date' | Out-Null; Connect-IcebergCatalog \"$($login.Warehouse)-local\" -Name local; New-IcebergTable local.t 'id int' -Catalog local | Out-Null; Connect-IcebergCatalog @login");

        ErrorRecord error = Session.Error(script);

        Assert.StartsWith("FeatureUnsupported,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(reason, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Engine Embedded", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Athena.Queries);
    }

    [Fact]
    public void Plan_IsCarriedOutByTheEngineThatMadeIt()
    {
        Prepare();
        PSObject plan = Session.Single("($global:plan = " + EmployeesJob.Merge(1) + " -Engine Athena -AsPlan)");
        Assert.Equal(("Athena", 5L), (plan.Properties["Engine"].Value.ToString(), (long)plan.Properties["Inserted"].Value));
        Assert.DoesNotContain(Athena.Queries, q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal));

        Assert.Contains("made by engine Athena", Session.Error("Invoke-IcebergMerge -Plan $plan -Engine Embedded").Exception.Message, StringComparison.Ordinal);
        PSObject done = Session.Single("Invoke-IcebergMerge -Plan $plan");
        Assert.Equal(("Athena", 5L), (done.Properties["Engine"].Value.ToString(), (long)done.Properties["Inserted"].Value));
        Assert.StartsWith("PlanStale,", Session.Error("Invoke-IcebergMerge -Plan $plan").FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_CountsByAQueryAndChangesNothing()
    {
        Prepare();
        Session.Invoke(EmployeesJob.Merge(1) + " | Out-Null");
        EmployeesJob.Import(Session, 2);
        string before = Session.Single("(Get-IcebergTable hr.employee).MetadataLocation").ToString();

        string said = Session.Show(EmployeesJob.Merge(2) + " -Engine Athena -WhatIf").ReplaceLineEndings(" ");

        Assert.Contains("2 inserts, 1 update, 0 deletes", said, StringComparison.Ordinal);
        Assert.Equal(before, Session.Single("(Get-IcebergTable hr.employee).MetadataLocation").ToString());
        Assert.All(Athena.Queries, q => Assert.StartsWith("WITH", q.Sql, StringComparison.Ordinal));
        Assert.Equal(2, Athena.Queries.Count);
    }

    [Fact]
    public void Outputs_TellWhatAthenaTook()
    {
        Prepare();
        string[] scripts = [EmployeesJob.Merge(1) + " -Engine Athena", "Optimize-IcebergTable hr.employee -Engine Athena", "Remove-IcebergSnapshot hr.employee -Engine Athena -Force", "Invoke-IcebergQuery 'DELETE FROM hr.employee WHERE employee_id = 1' -Engine Athena"];
        foreach (string script in scripts)
        {
            int before = Athena.Queries.Count;
            PSObject done = Session.Single(script);
            Assert.Equal(Athena.Queries.Skip(before).Select(q => q.Id), LanguagePrimitives.ConvertTo<string[]>(done.Properties["QueryId"].Value));
            Assert.True(done.Properties["EngineTime"].Value is TimeSpan { Ticks: > 0 } && done.Properties["QueueTime"].Value is TimeSpan);
            bool scans = !script.Contains("Snapshot", StringComparison.Ordinal);
            Assert.Equal(scans, (long)done.Properties["BytesScanned"].Value > 0);
            // 10 MB are billed at least, at 5 USD for 2^40 bytes.
            Assert.Equal(scans, (decimal)done.Properties["EstimatedCost"].Value >= 0.000047m);
        }
        // Rows tell nothing of themselves, so -Verbose does.
        Assert.Contains(Session.Run("Get-IcebergData hr.employee -Engine Athena -Verbose").Verbose, v => v.Contains($"Athena query {Athena.Queries[^1].Id}", StringComparison.Ordinal)
            && v.Contains("bytes scanned", StringComparison.Ordinal) && v.Contains("s engine", StringComparison.Ordinal) && v.Contains("s queue", StringComparison.Ordinal) && v.Contains("USD", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_TellsStateAndBytes()
    {
        Prepare();
        Athena.Troubles.QueueTime = Athena.Troubles.RunTime = TimeSpan.FromMilliseconds(700);

        string spoken = SpokenText.Of(Session, "Get-IcebergData hr.raw_deltas -Engine Athena");

        Assert.Contains("Reading hr.raw_deltas on Athena", spoken, StringComparison.Ordinal);
        Assert.Matches("QUEUED, 0 B scanned, [0-9]+ s \\(query ", spoken);
        Assert.Matches("RUNNING, 0 B scanned", spoken);
    }

    [Fact]
    public void Results_AreReusedWhereAsked()
    {
        Prepare();
        foreach (string script in new[] { "Get-IcebergData hr.raw_deltas -Engine Athena -ReuseWithin 1:00:00", "Invoke-IcebergQuery 'SELECT * FROM hr.raw_deltas' -Engine Athena -ReuseWithin 1:00:00" })
        {
            Assert.Equal(5, Session.Invoke(script).Count);
            Assert.False(Athena.Queries[^1].Reused);
            RunResult again = Session.Run(script + " -Verbose");
            Assert.Equal(5, again.Output.Count);
            Assert.True(Athena.Queries[^1].Reused);
            Assert.Contains(again.Verbose, v => v.Contains("about 0.0000 USD", StringComparison.Ordinal));
        }
        Session.Invoke("Get-IcebergData hr.raw_deltas -Engine Athena | Out-Null");
        Assert.False(Athena.Queries[^1].Reused);
    }

    [Fact]
    public void SlowQuery_IsStoppedAfterTheTimeout()
    {
        Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);

        ErrorRecord error = Session.Error("Invoke-IcebergQuery 'SELECT 1' -Engine Athena -Timeout 0:0:1");

        Assert.StartsWith("Timeout,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("CANCELLED", Athena.Queries[^1].State);
    }

    [Fact]
    public void WorkGroup_ThatEnforcesItsOutputWins()
    {
        Athena.WorkGroups["strict"] = new("strict") { OutputLocation = "s3://strict/place/", Enforced = true };
        Athena.WorkGroups["homeless"] = new("homeless");
        Connect("-WorkGroup strict -OutputLocation s3://mine/results/");
        RunResult run = Session.Run("Invoke-IcebergQuery 'SELECT 1 AS n' -Engine Athena -Verbose");
        Assert.Single(run.Output);
        Assert.StartsWith("s3://strict/place/", Athena.Queries[^1].Output, StringComparison.Ordinal);
        Assert.Contains(run.Verbose, v => v.Contains("s3://mine/results/ is not used", StringComparison.Ordinal));

        Connect("-WorkGroup homeless -OutputLocation s3://mine/results/");
        Session.Invoke("Invoke-IcebergQuery 'SELECT 1 AS n' -Engine Athena | Out-Null");
        Assert.StartsWith("s3://mine/results/", Athena.Queries[^1].Output, StringComparison.Ordinal);
        Connect("-WorkGroup homeless");
        Assert.Contains("-OutputLocation", Session.Error("Invoke-IcebergQuery 'SELECT 1' -Engine Athena").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyPartitions_AreDoneInBatchesWithAWarning()
    {
        ManyPartitions();

        RunResult run = Session.Run(ManyMerge);

        Assert.Equal(150L, Assert.Single(run.Output).Properties["Inserted"].Value);
        Assert.Contains("2 statements", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.Contains("readers may see a part of it", run.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(150, Session.Invoke("Get-IcebergData hr.wide").Count);
        AssertNoStaging();
    }

    [Fact]
    public async Task CtrlC_StopsTheQueryAndLeavesNoStaging()
    {
        ManyPartitions();
        using SemaphoreSlim merging = new(0);
        // Between the rows of the first batch and their commit.
        Athena.Troubles.BeforeCommit = async () =>
        {
            merging.Release();
            await Task.Delay(3000);
        };
        using PowerShell shell = Session.Shell(ManyMerge);
        shell.BeginInvoke();
        Assert.True(await merging.WaitAsync(s_soon));

        await shell.StopAsync(null, null).WaitAsync(s_soon);

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Empty(shell.Streams.Error);
        Assert.Equal("CANCELLED", Athena.Queries.Last(q => q.Sql.StartsWith("MERGE", StringComparison.Ordinal)).State);
        AssertNoStaging();
        Assert.Empty(Session.Invoke("Get-IcebergData hr.wide"));
        // Nothing is lost: the next run does it all.
        Assert.Equal(150L, Session.Single(ManyMerge).Properties["Inserted"].Value);
    }

    [Fact]
    public async Task CtrlC_StopsAQueryThatRuns()
    {
        Athena.Troubles.RunTime = TimeSpan.FromMinutes(5);
        using PowerShell shell = Session.Shell("Invoke-IcebergQuery 'SELECT 1' -Engine Athena");
        shell.BeginInvoke();
        for (int i = 0; i < 500 && Athena.Queries.Count == 0; i++) await Task.Delay(20);

        await shell.StopAsync(null, null).WaitAsync(s_soon);

        Assert.Equal("CANCELLED", Assert.Single(Athena.Queries).State);
    }

    [Fact]
    public void Faults_OfAMergeEndInTheRightStateWithTheRightError()
    {
        Prepare();
        // Another writer: planned anew.
        Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"));
        Server.Faults.Add(FaultKind.LostResponse, "StartQueryExecution");
        Server.Faults.Add(FaultKind.Throttled, "GetQueryExecution");
        Server.Faults.Add(FaultKind.ResetInResponse, "GetQueryResults");
        Server.Faults.Add(FaultKind.ErrorAfterSuccess, "UpdateTable");
        PSObject first = Session.Single(EmployeesJob.Merge(1) + " -Engine Athena");
        Assert.Equal((5L, 2), ((long)first.Properties["Inserted"].Value, (int)first.Properties["Attempts"].Value));
        EmployeesJob.Import(Session, 2);
        // A query that fails, and one that somebody cancels.
        Athena.Troubles.Fail("MERGE INTO", new AthenaFailure("GENERIC_INTERNAL_ERROR: out of luck", 1, 0));
        Assert.StartsWith("QueryFailed,", Session.Error(EmployeesJob.Merge(2) + " -Engine Athena").FullyQualifiedErrorId, StringComparison.Ordinal);
        Athena.Troubles.Fail("MERGE INTO", AthenaFailure.CommitError("hr.employee"), afterSuccess: true);
        PSObject second = Session.Single(EmployeesJob.Merge(2) + " -Engine Athena");
        Assert.Equal((2L, 1L), ((long)second.Properties["Inserted"].Value, (long)second.Properties["Updated"].Value));

        Assert.Equal("1 2 3 4 5 6 7", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee"));
        Assert.Equal(2, Session.Invoke("Get-IcebergHistory hr.employee").Count);
    }

    [Fact]
    public void Maintenance_GoesOnWhileThereIsMoreAndWarnsAtTheEnd()
    {
        EmployeesJob.Run(Session);
        Athena.Troubles.MoreRuns = 2;
        Assert.Equal(3, Session.Single("Optimize-IcebergTable hr.employee -Engine Athena").Properties["Attempts"].Value);
        Athena.Troubles.MoreRuns = 1;
        Session.Invoke("Remove-IcebergSnapshot hr.employee -Engine Athena -Force | Out-Null");
        Assert.Equal(2, Athena.Queries.Count(q => q.Sql.StartsWith("VACUUM", StringComparison.Ordinal)));
        Athena.Troubles.MoreRuns = 1000;
        Assert.Contains("run 20 times", Assert.Single(Session.Run("Remove-IcebergSnapshot hr.employee -Engine Athena -Force").Warnings), StringComparison.Ordinal);
        Assert.Equal("2 3 4 5 6 7 9 10 11", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee"));
    }

    [Fact]
    public void Import_IsSeenByAthenaAtOnce()
    {
        EmployeesJob.Import(Session, 1);
        Assert.Empty(Athena.Queries);
        Assert.Equal(5, Session.Invoke("Get-IcebergData hr.raw_deltas -Engine Athena").Count);
        EmployeesJob.Import(Session, 2);
        Assert.Equal("8", Session.Single("(Invoke-IcebergQuery 'SELECT count(*) AS n FROM hr.raw_deltas' -Engine Athena).n").ToString());
        Assert.Equal("2", Session.Single("(Get-IcebergTable hr.raw_deltas).Format").ToString());
    }

    [Fact]
    public void EmbeddedEngine_DoesOnGlueWhatAthenaCannot()
    {
        EmployeesJob.Run(Session);
        Session.Invoke("""
            @(Get-IcebergHistory hr.employee)[-1] | Set-IcebergRef -Name first -Type Tag | Out-Null
            Optimize-IcebergTable hr.employee -MinInputFiles 1 -Sort surname | Out-Null
            Restore-IcebergTable hr.employee -Ref first -Force | Out-Null
            """);
        Assert.Equal("1 2 3 4 5", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee"));
        Assert.Equal("1 2 3 4 5", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee -Engine Athena"));
        int before = Session.Invoke("Get-IcebergSnapshot hr.employee").Count;
        Assert.Equal((before - 1).ToString(CultureInfo.InvariantCulture), Session.Single("(Remove-IcebergSnapshot hr.employee -OlderThan 0d -Force).Expired").ToString());
        PSObject merged = Session.Single(EmployeesJob.Merge(3) + " -Rebuild -Engine Embedded");
        Assert.Equal(5L, merged.Properties["Inserted"].Value);

        Assert.Equal("2 3 4 5 6 7 9 10 11", EmployeesJob.Keys(Session, "Get-IcebergData hr.employee -Engine Athena"));
        Assert.Equal("2", Session.Single("(Get-IcebergTable hr.employee).Format").ToString());
    }

    private const string ManyMerge = "Invoke-IcebergMerge hr.wide -Source hr.raw_wide -Key id -ReportDate 2021-01-01 -Engine Athena";

    private void Prepare()
    {
        EmployeesJob.Import(Session, 1);
        Session.Invoke("New-IcebergTable hr.employee 'employee_id int, surname string, department_id int, manager_id int, record_created date, record_last_updated date' -Engine Athena | Out-Null");
        foreach (AthenaQuery query in Athena.Queries) Assert.StartsWith("CREATE", query.Sql, StringComparison.Ordinal);
        Athena.Forget();
    }

    private void ManyPartitions() => Session.Invoke("""
        1..150 | ForEach-Object { [pscustomobject] @{ id = $_; part = "p$_"; record_deleted = $false } } | Import-Delta -Table hr.raw_wide -DateReceived 2021-01-01 | Out-Null
        New-IcebergTable hr.wide 'id int, part string' -Partition part | Out-Null
        """);

    private void AssertNoStaging()
    {
        Assert.DoesNotContain(Session.Invoke("(Get-IcebergTable).Table"), t => t.ToString().Contains("staging", StringComparison.Ordinal));
        string[] left = Directory.GetDirectories(Session.Folder, "*staging*", SearchOption.AllDirectories);
        Assert.Empty(left.SelectMany(d => Directory.GetFiles(d, "*", SearchOption.AllDirectories)));
    }

    private string Said(string script) => Session.Run(script + " -Verbose").Verbose.Single(v => v.StartsWith("Engine:", StringComparison.Ordinal));
}
