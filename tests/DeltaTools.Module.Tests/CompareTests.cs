using System.Globalization;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

public sealed class CompareTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public CompareTests()
    {
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.employee 'id int, name string, record_created date, record_last_updated date'
            """);
        Day(1, "1,x,f\n2,y,f\n3,z,f\n");
        Day(2, "2,Y,f\n4,w,f\n");
        Day(3, "2,y,f\n1,x,t\n");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Compare_ShowsTheLastCommit()
    {
        Assert.Equal(
            "Delete 1 x,UpdateBefore 2 Y,UpdateAfter 2 y",
            Text("(Compare-IcebergSnapshot hr.employee | ForEach-Object { \"$($_.Change) $($_.id) $($_.name)\" }) -join ','"));
        Assert.Equal("Change,SnapshotId,id,name,record_created,record_last_updated", Text("(Compare-IcebergSnapshot hr.employee)[0].PSObject.Properties.Name -join ','"));
    }

    [Fact]
    public void Compare_ShowsEverySnapshotOrTheNetChange()
    {
        Assert.Equal("3 0 0,1 1 0,0 1 1", Text("(Compare-IcebergSnapshot hr.employee -From 0 -Summary | ForEach-Object { \"$($_.Inserted) $($_.Updated) $($_.Deleted)\" }) -join ','"));
        Assert.Equal("3 0 0", Text("Compare-IcebergSnapshot hr.employee -From 0 -Net -Summary | ForEach-Object { \"$($_.Inserted) $($_.Updated) $($_.Deleted)\" }"));
        Assert.Equal("2021-01-01,2021-01-02,2021-01-03", Text("(Compare-IcebergSnapshot hr.employee -From 0 -Summary | ForEach-Object { $_.ReportDate.ToString('yyyy-MM-dd') }) -join ','"));
    }

    [Fact]
    public void Compare_GoesBackWithAWarning()
    {
        RunResult result = _session.Run("$s = (Get-IcebergSnapshot hr.employee).SnapshotId; Compare-IcebergSnapshot hr.employee -From $s[0] -To $s[1] | ForEach-Object { \"$($_.Change) $($_.id)\" }");

        Assert.Equal(["Insert 1", "UpdateBefore 2", "UpdateAfter 2"], result.Output.Select(o => o.ToString()));
        Assert.Contains("only the net changes", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_TakesAMergeFromThePipeline()
    {
        File.WriteAllText($"{_session.Folder}/d4.csv", "id,name,record_deleted\n9,new,f\n");
        string merge = "Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate 2021-01-04";

        Assert.Equal("Insert 9", Text($"[void] (Import-Delta '{_session.Folder}/d4.csv' -Table hr.raw -DateReceived 2021-01-04); {merge} | Compare-IcebergSnapshot | ForEach-Object {{ \"$($_.Change) $($_.id)\" }}"));
        Assert.Empty(_session.Invoke($"{merge} | Compare-IcebergSnapshot"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Compare_ShowsNothingOfWhatWasTakenBackAndOfEqualBranches(int version)
    {
        string compare = "Compare-IcebergSnapshot hr.other -Net | ForEach-Object { \"$($_.Change) $($_.id)\" }";
        _session.Invoke($"""
            New-IcebergTable hr.other 'id int, name string' -FormatVersion {version}
            Invoke-IcebergMerge hr.other -Source hr.raw -Key id -ReportDate 2021-01-02
            Set-IcebergRef hr.other a
            Set-IcebergRef hr.other b
            Invoke-IcebergMerge hr.other -Source hr.raw -ReportDate 2021-01-03
            Undo-IcebergMerge hr.other -Force
            Invoke-IcebergMerge hr.other -Source hr.raw -ReportDate 2021-01-03 -Branch a
            Invoke-IcebergMerge hr.other -Source hr.raw -ReportDate 2021-01-03 -Branch b
            """);

        Assert.Empty(_session.Invoke(compare.Replace("-Net", "-Net -From @(Get-IcebergSnapshot hr.other)[-1].SnapshotId", StringComparison.Ordinal)));
        Assert.Empty(_session.Invoke(compare.Replace("-Net", "-Net -From a -To b", StringComparison.Ordinal)));
        Assert.Equal(["Delete 1", "UpdateBefore 2", "UpdateAfter 2"],
            _session.Invoke(compare.Replace("-Net", "-Net -From main -To b", StringComparison.Ordinal)).Select(o => o.ToString()));
    }

    [Fact]
    public void Compare_NamesUnknownStatesAndColumns()
    {
        Assert.StartsWith("SnapshotNotFound,", _session.Error("Compare-IcebergSnapshot hr.employee -From 17").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("RefNotFound,", _session.Error("Compare-IcebergSnapshot hr.employee -From audit").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("has no column 'nope'", _session.Error("Compare-IcebergSnapshot hr.employee -Key nope").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_IsShownAsATable()
    {
        Assert.Contains("UpdateBefore", _session.Show("Compare-IcebergSnapshot hr.employee"), StringComparison.Ordinal);
        Assert.Contains("Inserted", _session.Show("Compare-IcebergSnapshot hr.employee -Summary"), StringComparison.Ordinal);
    }

    private void Day(int day, string rows)
    {
        string date = string.Create(CultureInfo.InvariantCulture, $"2021-01-{day:00}");
        File.WriteAllText($"{_session.Folder}/d{day}.csv", "id,name,record_deleted\n" + rows);
        _session.Invoke($"Import-Delta '{_session.Folder}/d{day}.csv' -Table hr.raw -DateReceived {date}; Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate {date}");
    }

    private string Text(string script) => string.Join('\n', _session.Invoke(script).Select(o => o.ToString()));
}
