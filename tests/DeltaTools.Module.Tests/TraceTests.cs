using System.Globalization;
using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Tracing rows, taking merges back, proving reports, summaries of runs.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public TraceTests()
    {
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.employee 'id int, name string'
            """);
        Day(1, "1,x,f\n2,y,f\n");
        Day(2, "2,Y,f\n");
        Day(3, "2,y,t\n3,z,f\n");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Row_HasItsVersionsAndDeltas()
    {
        Assert.Equal(
            ["Insert 2 y d1.csv 2021-01-01 2021-01-01", "Update 2 Y d2.csv 2021-01-02 2021-01-02", "Delete 2 Y d3.csv 2021-01-03 2021-01-03"],
            Lines("Get-IcebergRow hr.employee -Key 2 | ForEach-Object { \"$($_.Change) $($_.id) $($_.name) $($_.Source) $($_.DateReceived.ToString('yyyy-MM-dd')) $($_.ReportDate.ToString('yyyy-MM-dd'))\" }"));
        Assert.Equal(["Insert"], Lines("(Get-IcebergRow hr.employee -Key @{ id = 3 }).Change"));
        Assert.Empty(_session.Invoke("Get-IcebergRow hr.employee -Key 99"));
        Assert.Contains("Update", _session.Show("Get-IcebergRow hr.employee -Key 2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_NeedsAKeyThatIsKnown()
    {
        Assert.Contains("its key is not known", _session.Error("Get-IcebergRow hr.raw -Key 2").Exception.Message, StringComparison.Ordinal);
        Assert.Equal(["Insert", "Insert", "Insert"], Lines("(Get-IcebergRow hr.raw -Key @{ id = 2 }).Change"));
        Assert.Contains("-Key lacks id", _session.Error("Get-IcebergRow hr.employee -Key @{ name = 'y' }").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("has several values", _session.Error("Get-IcebergRow hr.employee -Key 2, 3").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_TakesTheLastMergeBack()
    {
        Assert.Empty(_session.Invoke("Undo-IcebergMerge hr.employee -WhatIf"));
        PSObject undone = _session.Single("Undo-IcebergMerge hr.employee -Force");

        Assert.Equal((1L, 0L, 1L, new DateOnly(2021, 1, 3), new DateOnly(2021, 1, 2)), (
            undone.Properties["Removed"].Value, undone.Properties["Reverted"].Value, undone.Properties["Restored"].Value,
            undone.Properties["UndoneReportDate"].Value, undone.Properties["ReportDate"].Value));
        Assert.Equal(["1 x", "2 Y"], Lines("Get-IcebergData hr.employee | ForEach-Object { \"$($_.id) $($_.name)\" }").Order(StringComparer.Ordinal));
        _session.Invoke("Invoke-IcebergMerge hr.employee -Source hr.raw -ReportDate 2021-01-03");
        Assert.Equal(["1 x", "3 z"], Lines("Get-IcebergData hr.employee | ForEach-Object { \"$($_.id) $($_.name)\" }").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Undo_ListsTheKeysThatWereTouchedSince()
    {
        ErrorRecord error = _session.Error("Undo-IcebergMerge hr.employee -SnapshotId @(Get-IcebergSnapshot hr.employee)[1].SnapshotId -Force");

        Assert.Equal("MergeRefused,DeltaTools.Cmdlets.Commands.UndoIcebergMergeCommand", error.FullyQualifiedErrorId);
        Assert.Contains("(id = 2)", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("is no merge", _session.Error("Undo-IcebergMerge hr.employee -SnapshotId 17 -Force").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_ProvesTheReport()
    {
        PSObject test = _session.Single("Test-IcebergReport hr.employee");

        Assert.Equal((true, 2L, 0L, 0L, 0L, "hr.raw"), (test.Properties["Passed"].Value, test.Properties["Same"].Value, test.Properties["Missing"].Value,
            test.Properties["Surplus"].Value, test.Properties["Different"].Value, test.Properties["Source"].Value));
        Assert.Contains("not merged yet", _session.Error("Test-IcebergReport hr.raw").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Passed", _session.Show("Test-IcebergReport hr.employee"), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_TellsThatAMergeWasTakenBack()
    {
        File.WriteAllText($"{_session.Folder}/x.csv", "id,name\n77,own\n");
        _session.Invoke($"""
            Import-Delta '{_session.Folder}/x.csv' -Table hr.raw -DateReceived 2021-01-04
            Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate 2021-01-04
            """);
        File.WriteAllText($"{_session.Folder}/x.csv", "id,name\n78,own\n");
        _session.Invoke($"""
            Import-Delta '{_session.Folder}/x.csv' -Table hr.raw -DateReceived 2021-01-05
            Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate 2021-01-05
            Undo-IcebergMerge hr.employee -SnapshotId @(Get-IcebergSnapshot hr.employee)[1].SnapshotId -Force
            """);

        RunResult test = _session.Run("$t = Test-IcebergReport hr.employee; \"$($t.Passed) $($t.Missing)\"");

        Assert.Equal("False 1", Assert.Single(test.Output).ToString());
        string warning = Assert.Single(test.Warnings);
        Assert.Contains("A merge of hr.employee was taken back that others had followed", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("expired", warning, StringComparison.Ordinal);
        Assert.Empty(_session.Run("Invoke-IcebergMerge hr.employee -ReportDate 2021-01-05 -Source hr.raw; Test-IcebergReport hr.employee").Warnings);
    }

    [Fact]
    public void Test_FindsWhatSomebodyChanged()
    {
        _session.Invoke("""
            New-IcebergTable hr.broken 'id int, name string'
            Invoke-IcebergMerge hr.broken -Source hr.raw -Key id -ReportDate 2021-01-03
            """);
        File.WriteAllText($"{_session.Folder}/x.csv", "id,name\n7,own\n");
        _session.Invoke($"Import-Delta '{_session.Folder}/x.csv' -Table hr.broken");

        Assert.Equal(["False 1 Delete id 7: name own -> NULL"], Lines("$t = Test-IcebergReport hr.broken; \"$($t.Passed) $($t.Surplus) $($t.Differences)\""));
    }

    [Fact]
    public void Summary_IsMarkdown()
    {
        string text = string.Join('\n', Lines("@(Test-IcebergReport hr.employee; [pscustomobject] @{ a = 'x|y'; n = 1200; b = '<b>' }) | Out-DeltaSummary -Title 'Day *3*' -Format Markdown"));

        Assert.Equal(
            "## Day \\*3\\*\n\n### Report test\n\n| Table | ReportDate | Passed | Same | Missing | Surplus | Different |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
            + "| hr.employee | 2021-01-03 | yes | 2 | 0 | 0 | 0 |\n\n### Objects\n\n| a | n | b |\n| --- | ---: | --- |\n| x\\|y | 1,200 | &lt;b&gt; |\n", text);
    }

    [Fact]
    public void Summary_GoesToThePipelineRun()
    {
        string file = Path.Combine(_session.Folder, "summary.md");
        const string item = "[pscustomobject] @{ a = 1 } | Out-DeltaSummary -Title T";

        _session.Invoke($"$env:GITHUB_STEP_SUMMARY = '{file}'; try {{ {item}; {item} }} finally {{ $env:GITHUB_STEP_SUMMARY = $null }}");
        string shown = _session.Show($"$env:AGENT_TEMPDIRECTORY = '{_session.Folder}'; try {{ {item} -Format AzureDevOps }} finally {{ $env:AGENT_TEMPDIRECTORY = $null }}");

        Assert.Equal(2, File.ReadAllText(file).Split("## T\n").Length - 1);
        Assert.StartsWith($"##vso[task.uploadsummary]{_session.Folder}", shown, StringComparison.Ordinal);
        Assert.Contains("| 1 |", File.ReadAllText(shown.Trim()["##vso[task.uploadsummary]".Length..]), StringComparison.Ordinal);
    }

    private void Day(int day, string rows)
    {
        string date = string.Create(CultureInfo.InvariantCulture, $"2021-01-{day:00}");
        File.WriteAllText($"{_session.Folder}/d{day}.csv", "id,name,record_deleted\n" + rows);
        _session.Invoke($"Import-Delta '{_session.Folder}/d{day}.csv' -Table hr.raw -DateReceived {date}; Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate {date}");
    }

    private string[] Lines(string script) => [.. _session.Invoke(script).Select(o => o.ToString())];
}
