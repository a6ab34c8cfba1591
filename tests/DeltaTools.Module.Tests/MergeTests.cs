using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>The employees job through the module: import, merge, history, time travel.</summary>
public sealed class MergeTests : IDisposable
{
    private const string Schema =
        "employee_id int, sex string, forename string, surname string, department_id int, manager_id int, record_created date, record_last_updated date";

    private readonly ModuleSession _session = new();

    public MergeTests() => _session.Invoke($"""
        Connect-IcebergCatalog '{_session.Folder}/warehouse'
        New-IcebergTable hr.employee -Schema '{Schema}' | Out-Null
        """);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Merge_TheThreeDaysOfTheTutorial()
    {
        Assert.Equal((5L, 0L, 0L), Day(1));
        Assert.Equal((2L, 1L, 0L), Day(2));
        Assert.Equal((3L, 1L, 1L), Day(3));

        Assert.Equal("2 3 4 5 6 7 9 10 11", Keys("Get-IcebergData hr.employee"));
        Assert.Equal("1 2 3 4 5 6 7", Keys("Get-IcebergData hr.employee -ReportDate 2021-01-02"));
        Assert.Equal("1 2 3 4 5", Keys("Get-IcebergData hr.employee -SnapshotId @(Get-IcebergHistory hr.employee)[-1].SnapshotId"));
        Assert.Equal("2021-01-03 2021-01-02 2021-01-01",
            string.Join(' ', _session.Invoke("Get-IcebergHistory hr.employee | ForEach-Object { $_.ReportDate.ToString('yyyy-MM-dd') }")));
        Assert.Contains('@', _session.Single("@(Get-IcebergHistory hr.employee)[0].CommittedBy").ToString()!);
        PSObject lexie = _session.Single("Get-IcebergData hr.employee -Filter 'employee_id = 5'");
        Assert.Equal((2, 18, new DateOnly(2021, 1, 1), new DateOnly(2021, 1, 2)),
            (Value(lexie, "department_id"), Value(lexie, "manager_id"), Value(lexie, "record_created"), Value(lexie, "record_last_updated")));
    }

    [Fact]
    public void Merge_TwiceChangesNothingAndSaysWhy()
    {
        Day(1);

        PSObject again = _session.Single(Merge(1));

        Assert.Null(Value(again, "SnapshotId"));
        Assert.Contains("2021-01-01", (string)Value(again, "Reason")!, StringComparison.Ordinal);
        Assert.Single(_session.Invoke("Get-IcebergSnapshot hr.employee"));
    }

    [Fact]
    public void Merge_AnEarlierDateIsRefused()
    {
        Day(1);
        Day(3);

        ErrorRecord error = _session.Error(Merge(2));

        Assert.Equal("ReportDateRefused,DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
        Assert.Contains("2021-01-02", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("2021-01-03", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("2 3 4 5 7 9 10 11", Keys("Get-IcebergData hr.employee"));
    }

    [Fact]
    public void Merge_WhatIfAndAsPlanHaveTheTrueCounts()
    {
        Day(1);
        Import(2);
        Import(3);

        string shown = _session.Show(Merge(3) + " -WhatIf");
        PSObject plan = _session.Single(Merge(3) + " -AsPlan");

        Assert.Contains("hr.employee: 5 inserts, 1 update, 1 delete (0 unchanged, 0 tombstones ignored); 1 file changed, 1 file rewritten (", shown, StringComparison.Ordinal);
        Assert.Equal((5L, 1L, 1L), (Value(plan, "Inserted"), Value(plan, "Updated"), Value(plan, "Deleted")));
        Assert.Single(_session.Invoke("Get-IcebergSnapshot hr.employee"));
        PSObject done = _session.Single(Merge(3));
        Assert.Equal((5L, 1L, 1L), (Value(done, "Inserted"), Value(done, "Updated"), Value(done, "Deleted")));
    }

    [Fact]
    public void Merge_WhatIfOfSeveralDatesSaysFromWhereItCounts()
    {
        Day(1);
        Import(2);
        Import(3);

        string shown = _session.Show("Invoke-IcebergMerge hr.employee -Source hr.raw -ReportDate 2021-01-02, 2021-01-03 -WhatIf");

        Assert.Contains("as of 2021-01-02\" on target \"hr.employee: 2 inserts, 1 update", shown, StringComparison.Ordinal);
        Assert.Contains("as of 2021-01-03\" on target \"hr.employee as it is now, without the merges before: 5 inserts, 1 update, 1 delete", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_CarriesOutAPlanOrRefuses()
    {
        Day(1);
        Import(2);
        _session.Invoke("$plan = " + Merge(2) + " -AsPlan");

        Assert.Equal("Update employee_id 5: department_id NULL -> 2, manager_id 17 -> 18, record_last_updated 2021-01-01 -> 2021-01-02",
            _session.Single("$plan.Sample | Where-Object Kind -eq Update | ForEach-Object ToString").ToString());
        Assert.Contains("Update employee_id 5: department_id NULL -> 2", _session.Show("Invoke-IcebergMerge -Plan $plan -WhatIf"), StringComparison.Ordinal);
        PSObject done = _session.Single("Invoke-IcebergMerge -Plan $plan");
        Assert.Equal((2L, 1L), (Value(done, "Inserted"), Value(done, "Updated")));
        ErrorRecord error = _session.Error("Invoke-IcebergMerge -Plan $plan");
        Assert.Equal("PlanStale,DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("2021-01-01..2021-01-04")]
    [InlineData("2021-01-03, 2021-01-01, 2021-01-02, 2021-01-04")]
    public void Merge_SeveralDatesGiveOneSnapshotEach(string dates)
    {
        foreach (int day in new[] { 1, 2, 3 }) Import(day);

        IReadOnlyList<PSObject> merged = _session.Invoke($"Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id -ReportDate {dates}");

        Assert.Equal([5L, 2L, 3L, 0L], merged.Select(m => Value(m, "Inserted")));
        Assert.Null(Value(merged[3], "SnapshotId"));
        Assert.Equal("1 2 3 4 5 6 7", Keys("Get-IcebergData hr.employee -ReportDate 2021-01-02"));
        Assert.Equal("2 3 4 5 6 7 9 10 11", Keys("Get-IcebergData hr.employee"));
    }

    [Theory]
    [InlineData("-ReportDate 2021-01-03..2021-01-01", "ParameterArgumentTransformationError")]
    [InlineData("-ReportDate 2021-01-01..soon", "ParameterArgumentTransformationError")]
    [InlineData("-ReportDate 2021-01-01, 2021-01-02 -AsPlan", "InvalidArgument")]
    public void Merge_RefusesDatesItCannotMean(string arguments, string id)
    {
        Import(1);

        ErrorRecord error = _session.Error($"Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id {arguments}");

        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_PublishesWhatPassesItsChecks()
    {
        Day(1);
        Import(2);
        Import(3);

        PSObject done = _session.Single(Merge(2) + """
             -RequireNotNull surname -RequireUnique employee_id, 'forename, surname' -MaxRowChangePercent 50 -Check {
                param($plan)
                $here = @(Get-IcebergData $plan.Table).Count
                $there = @(Get-IcebergData $plan.Table -Ref $plan.AuditBranch).Count
                if ($here -ne 5 -or $there -ne 7 -or $plan.Inserted -ne 2) { throw "seen $here and $there" } }
            """);
        Assert.NotNull(Value(done, "SnapshotId"));
        Assert.Equal("1 2 3 4 5 6 7", Keys("Get-IcebergData hr.employee"));

        ErrorRecord error = _session.Error(Merge(3) + " -RequireUnique manager_id -Check { param($plan) $plan.Deleted -eq 0 }");
        Assert.Equal("MergeRefused,DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
        Assert.Contains("values of manager_id are in several rows", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("$plan.Deleted -eq 0} gave False", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("1 2 3 4 5 6 7", Keys("Get-IcebergData hr.employee"));
        Assert.Equal("2 3 4 5 6 7 9 10 11", Keys("Get-IcebergData hr.employee -Ref @(Get-IcebergRef hr.employee | Where-Object Name -like 'audit_*')[0].Name"));
        Assert.Contains("boom", _session.Error(Merge(3) + " -Check { throw 'boom' }").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", _session.Error(Merge(3) + " -Check { param($plan) Get-IcebergData $plan.Table -Ref nowhere }").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("1 2 3 4 5 6 7", Keys("Get-IcebergData hr.employee"));
    }

    [Fact]
    public void Merge_AddsColumnsWhenAllowed()
    {
        Day(1);
        _session.Invoke("[pscustomobject] @{ employee_id = 5; email = 'l@x' } | Import-Delta -Table hr.raw -DateReceived 2021-01-02 -SchemaEvolution AddColumn");

        Assert.Equal("SchemaMismatch,DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", _session.Error(Merge(2)).FullyQualifiedErrorId);
        Assert.Contains("add column email string", _session.Show(Merge(2) + " -SchemaEvolution AddColumn -WhatIf"), StringComparison.Ordinal);
        _session.Invoke(Merge(2) + " -SchemaEvolution AddColumn");
        PSObject lexie = _session.Single("Get-IcebergData hr.employee -Filter 'employee_id = 5'");
        Assert.Equal(("l@x", "Lexie"), (Value(lexie, "email"), Value(lexie, "forename")));
    }

    [Fact]
    public void Import_OfFullExtractsDerivesTheDeltas()
    {
        string folder = _session.Folder;
        File.WriteAllText($"{folder}/all-2021-01-01.csv", "employee_id,forename\n1,Ann\n2,Bob\n3,Cid\n4,Dan\n5,Eve\n");
        File.WriteAllText($"{folder}/all-2021-01-02.csv", "employee_id,forename\n1,Ann\n2,Ben\n3,Cid\n5,Eve\n");
        File.WriteAllText($"{folder}/all-2021-01-03.csv", "employee_id,forename\n1,Ann\n");

        RunResult result = _session.Run($"Import-Delta '{folder}/all-*.csv' -Table hr.raw -Mode FullExtract -Key employee_id -DatePattern 'all-(?<date>.{{10}})'");

        Assert.Equal([5L, 2L], result.Output.Select(o => Value(o, "Rows")));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.StartsWith("MergeRefused", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("lacks 3 of the 4 keys", error.Exception.Message, StringComparison.Ordinal);
        // What it advises must be there to be done.
        Assert.Contains("-WhatIf", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("-AsPlan", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        PSObject merged = _session.Invoke("Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id -ReportDate 2021-01-01, 2021-01-02")[1];
        Assert.Equal((0L, 1L, 1L), (Value(merged, "Inserted"), Value(merged, "Updated"), Value(merged, "Deleted")));
        Assert.Equal("1 2 3 5", Keys("Get-IcebergData hr.employee"));
        Assert.Contains("-Key", _session.Error($"Import-Delta '{folder}/all-2021-01-03.csv' -Table hr.raw -Mode FullExtract").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_ModesKeepWhatWasThere()
    {
        _session.Invoke("New-IcebergTable hr.history -Schema 'employee_id int, forename string, department_id int, begins date, valid_to date, is_current boolean' | Out-Null");
        _session.Invoke("New-IcebergTable hr.soft -Schema 'employee_id int, forename string, gone_at date' | Out-Null");
        foreach (int day in new[] { 1, 2, 3 })
        {
            Import(day);
            _session.Invoke($"Invoke-IcebergMerge hr.history -Source hr.raw -Key employee_id -ReportDate 2021-01-0{day} -Mode Scd2 -ValidFromColumn begins | Out-Null");
            _session.Invoke($"Invoke-IcebergMerge hr.soft -Source hr.raw -Key employee_id -ReportDate 2021-01-0{day} -Mode SoftDelete -DeletedAtColumn gone_at | Out-Null");
        }

        Assert.Equal("False 2021-01-01 2021-01-03", _session.Single(
            "Get-IcebergData hr.history -Filter 'employee_id = 1' | ForEach-Object { '{0} {1:yyyy-MM-dd} {2:yyyy-MM-dd}' -f $_.is_current, $_.begins, $_.valid_to }").ToString());
        Assert.Equal(2, _session.Invoke("Get-IcebergData hr.history -Filter 'employee_id = 7'").Count);
        Assert.Equal("1 Dexter 2021-01-03", _session.Single(
            "Get-IcebergData hr.soft -Filter 'gone_at is not null' | ForEach-Object { '{0} {1} {2:yyyy-MM-dd}' -f $_.employee_id, $_.forename, $_.gone_at }").ToString());
        ErrorRecord error = _session.Error("Invoke-IcebergMerge hr.soft -Source hr.raw -ReportDate 2021-01-04 -Mode Upsert");
        Assert.Equal("MergeRefused,DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("New-IcebergTable hr.other -Schema 'employee_id int' | Out-Null; Invoke-IcebergMerge hr.other -Source hr.raw -Key employee_id -ReportDate 2021-01-01 -Mode Scd2", "SchemaMismatch", "Set-IcebergTable -AddColumn 'valid_from date'")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw -ReportDate 2021-01-01", "InvalidArgument", "-Key")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw -Key nope -ReportDate 2021-01-01", "SchemaMismatch", "nope")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id -ReportDate 2021-01-01 -DeletedColumn nope", "SchemaMismatch", "nope")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.nope -Key employee_id -ReportDate 2021-01-01", "TableNotFound", "hr.nope")]
    [InlineData("Invoke-IcebergMerge hr.nope -Source hr.raw -Key employee_id -ReportDate 2021-01-01", "TableNotFound", "hr.nope")]
    [InlineData("Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id -ReportDate 2021-01-01 -MaxDeletePercent 10 -DeletedColumn sex -DeletedValue M", "MergeRefused", "-MaxDeletePercent")]
    public void Merge_ErrorsHaveTheirId(string script, string id, string text)
    {
        Day(1);
        _session.Invoke("1, 2 | ForEach-Object { [pscustomobject] @{ employee_id = $_; sex = 'M' } } | Import-Delta -Table hr.raw -DateReceived 2021-01-01");
        if (id == "InvalidArgument") _session.Invoke($"Remove-IcebergTable hr.employee -Force; New-IcebergTable hr.employee -Schema '{Schema}' | Out-Null");

        ErrorRecord error = _session.Error(script);

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_GoesByArrival_AcrossPartitionsOfTheRawTable(int version)
    {
        File.WriteAllText($"{_session.Folder}/torn.csv", "id,v,reg\n1,first,z\n1,second,a\n2,first,a\n2,second,z\n");
        File.WriteAllText($"{_session.Folder}/more.csv", "id,v,reg\n3,first,z\n4,first,a\n");
        File.WriteAllText($"{_session.Folder}/most.csv", "id,v,reg\n3,second,a\n4,second,z\n");
        _session.Invoke($"""
            New-IcebergTable p.raw 'id int, v string, reg string, date_received date' -Partition reg -FormatVersion {version}
            New-IcebergTable p.report 'id int, v string' -FormatVersion {version}
            Import-Delta '{_session.Folder}/torn.csv' -Table p.raw -DateReceived 2021-01-01
            Import-Delta '{_session.Folder}/more.csv', '{_session.Folder}/most.csv' -Table p.raw -DateReceived 2021-01-01
            Optimize-IcebergTable p.raw -MinInputFiles 2
            New-IcebergTable p.copy -Schema p.raw
            """);

        RunResult result = _session.Run("Invoke-IcebergMerge p.report -Source p.raw -Key id -ReportDate 2021-01-01");

        Assert.Contains("4 keys have contradicting rows of one date in p.raw; the one that arrived last won", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal("1 second,2 second,3 second,4 second", _session.Single("(Get-IcebergData p.report | ForEach-Object { \"$($_.id) $($_.v)\" }) -join ','").ToString());
        Assert.EndsWith("most.csv", _session.Single("(Get-IcebergRow p.report -Key 3).Source").ToString(), StringComparison.Ordinal);
        Assert.Equal("True", _session.Single("(Test-IcebergReport p.report).Passed").ToString());
        Assert.DoesNotContain("delta_row", _session.Single("(Get-IcebergTable p.copy).Schema.Name -join ','").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[pscustomobject] @{ employee_id = $null; sex = 'M'; record_deleted = $false }", "MergeKeyNull", "employee_id = NULL")]
    [InlineData("[pscustomobject] @{ employee_id = 7; sex = 'M'; record_deleted = $null }", "DeltaRowInvalid", "employee_id = 7")]
    [InlineData("[pscustomobject] @{ employee_id = 99999999999; sex = 'M'; record_deleted = $false }", "DeltaRowInvalid", "do not fit the types")]
    public void Merge_RowsThatCannotBeMergedAreShown(string row, string id, string text)
    {
        _session.Invoke($"{row}, [pscustomobject] @{{ employee_id = 8; sex = 'F'; record_deleted = $false }} | Import-Delta -Table hr.raw -DateReceived 2021-01-01");

        ErrorRecord error = _session.Error(Merge(1));

        Assert.Equal($"{id},DeltaTools.Cmdlets.Commands.InvokeIcebergMergeCommand", error.FullyQualifiedErrorId);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Get-IcebergSnapshot hr.employee"));
    }

    [Fact]
    public void Merge_OfAnotherRawTableWarns()
    {
        Day(1);
        _session.Invoke("[pscustomobject] @{ employee_id = 1; forename = 'Dex' } | Import-Delta -Table hr.other -DateReceived 2021-01-02");
        string merge = Merge(2).Replace("hr.raw", "hr.other", StringComparison.Ordinal);

        Assert.StartsWith("hr.employee was merged from hr.raw so far.", Assert.Single(_session.Run(merge).Warnings), StringComparison.Ordinal);
        Assert.Empty(_session.Run(merge).Warnings);
    }

    [Fact]
    public void Merge_ShowsItsCounts()
    {
        Import(1);

        string shown = _session.Show(Merge(1));

        Assert.Matches(@"Table +ReportDate +SnapshotId +Inserted +Updated +Deleted +Unchanged +Files +Duration", shown);
        Assert.Matches(@"hr\.employee +2021-01-01 +\d+ +5 +0 +0 +0 +\+1/-0 ", shown);
    }

    private (long, long, long) Day(int day)
    {
        Import(day);
        PSObject merged = _session.Single(Merge(day));
        return ((long)Value(merged, "Inserted")!, (long)Value(merged, "Updated")!, (long)Value(merged, "Deleted")!);
    }

    private void Import(int day) => _session.Invoke(
        $"Import-Delta '{Repository.Root}/examples/employees-2021-01-0{day}.csv' -Table hr.raw -DateReceived 2021-01-0{day} | Out-Null");

    private static string Merge(int day) => $"Invoke-IcebergMerge hr.employee -Source hr.raw -Key employee_id -ReportDate 2021-01-0{day}";

    private string Keys(string script) => string.Join(' ', _session.Invoke(script + " | ForEach-Object employee_id").Select(k => (int)k.BaseObject).Order());

    private static object? Value(PSObject item, string name) => item.Properties[name].Value;
}
