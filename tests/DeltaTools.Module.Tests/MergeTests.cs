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

        Assert.Contains("hr.employee: 5 inserts, 1 update, 1 delete (0 unchanged, 0 tombstones ignored); 1 file changed, 1 file rewritten", shown, StringComparison.Ordinal);
        Assert.Equal((5L, 1L, 1L), (Value(plan, "Inserted"), Value(plan, "Updated"), Value(plan, "Deleted")));
        Assert.Single(_session.Invoke("Get-IcebergSnapshot hr.employee"));
        PSObject done = _session.Single(Merge(3));
        Assert.Equal((5L, 1L, 1L), (Value(done, "Inserted"), Value(done, "Updated"), Value(done, "Deleted")));
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
