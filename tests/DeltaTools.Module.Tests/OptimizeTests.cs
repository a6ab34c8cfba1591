using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Optimize-IcebergTable on tables that imports and merges made.</summary>
public sealed class OptimizeTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public OptimizeTests()
    {
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.employee 'id int, name string' | Out-Null
            """);
        for (int day = 1; day <= 5; day++) Day(day);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Optimize_PacksSmallFilesAndMergesGoOnAsBefore()
    {
        // Left to themselves, merges pack a table as small as this one.
        _session.Invoke("Set-IcebergTable hr.employee -Property @{ 'write.merge.mode' = 'merge-on-read' }");
        Day(6);
        Day(7);
        string before = Rows();

        PSObject report = _session.Single("Optimize-IcebergTable hr.employee -MinInputFiles 2");
        PSObject raw = _session.Single("Optimize-IcebergTable hr.raw");

        Assert.Equal(("hr.employee", 1, 1, 1), (Value(report, "Table"), Value(report, "FilesAdded"), Value(report, "Commits"), Value(report, "Attempts")));
        Assert.Equal(("7 -> 1", 7, 1), (Value(raw, "Files"), Value(raw, "FilesRemoved"), Value(raw, "FilesAdded")));
        Assert.Matches(@"^[\d.]+ KB -> [\d.]+ K?B$", (string)Value(raw, "Size")!);
        Assert.Equal(before, Rows());
        Assert.Equal("replace", Value(_session.Single($"Get-IcebergSnapshot hr.employee -SnapshotId {Value(report, "SnapshotId")}"), "Operation"));

        Day(8);

        Assert.Equal("1:b2 2:b3 3:b4 4:b5 5:b6 6:b7 7:b8 8:a8", Rows());
        PSObject merge = _session.Single(Merge(8));
        Assert.Null(Value(merge, "SnapshotId"));
    }

    [Fact]
    public void Optimize_NothingToDoMakesNoSnapshot()
    {
        int snapshots = _session.Invoke("Get-IcebergSnapshot hr.raw").Count;

        PSObject result = _session.Single("Optimize-IcebergTable hr.raw -MinInputFiles 9");

        Assert.Null(Value(result, "SnapshotId"));
        Assert.Equal("0 -> 0", Value(result, "Files"));
        Assert.StartsWith("No partition has 9 files that are too small", (string)Value(result, "Reason")!, StringComparison.Ordinal);
        Assert.Equal(snapshots, _session.Invoke("Get-IcebergSnapshot hr.raw").Count);
    }

    [Fact]
    public void Optimize_WhatIfAndAsPlanTellTheNumbers()
    {
        string shown = _session.Show("Optimize-IcebergTable hr.raw -WhatIf");
        PSObject plan = _session.Single("Optimize-IcebergTable hr.raw -AsPlan");

        Assert.Matches(@"^What if: .*""Rewrite data files"" on target ""hr.raw: 5 of 5 data files \([\d.]+ KB\) become about 1, 0 delete files go""", shown);
        Assert.Equal((5, 1, 5, 0), (Value(plan, "Files"), Value(plan, "ExpectedFiles"), Value(plan, "TotalFiles"), Value(plan, "DeleteFiles")));
        PSObject group = PSObject.AsPSObject(Assert.Single((object[])Value(plan, "Groups")!));
        Assert.Equal(("", 5, "TooSmall"), (Value(group, "Partition"), Value(group, "Files"), Value(group, "Reasons")!.ToString()));
        Assert.Equal(5, _session.Invoke("Get-IcebergSnapshot hr.raw").Count);
    }

    [Fact]
    public void Optimize_ManifestPacksManifestsOnly()
    {
        Assert.Equal(5, Value(_session.Single("Optimize-IcebergTable hr.raw -Manifest -AsPlan"), "Manifests"));

        PSObject first = _session.Single("Optimize-IcebergTable hr.raw -Manifest");
        PSObject again = _session.Single("Optimize-IcebergTable hr.raw -Manifest");

        Assert.Equal((5, 1, "0 -> 0"), (Value(first, "ManifestsRemoved"), Value(first, "ManifestsAdded"), Value(first, "Files")));
        Assert.NotNull(Value(first, "SnapshotId"));
        Assert.Equal((null, "The manifests cannot become fewer."), (Value(again, "SnapshotId"), Value(again, "Reason")));
        Day(6);
        Assert.Equal("1:b2 2:b3 3:b4 4:b5 5:b6 6:a6", Rows());
    }

    [Fact]
    public void Optimize_TakesManyTablesAndOneErrorDoesNotStopIt()
    {
        RunResult result = _session.Run("Optimize-IcebergTable hr.* -Sort name -MinInputFiles 1");

        Assert.Equal("hr.employee", Value(Assert.Single(result.Output), "Table"));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("InvalidArgument,DeltaTools.Cmdlets.Commands.OptimizeIcebergTableCommand", error.FullyQualifiedErrorId);
        Assert.StartsWith("hr.raw holds deltas", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimize_WhereTakesOnlyFilesThatMayMatch()
    {
        Assert.Equal(2, Value(_session.Single("Optimize-IcebergTable hr.raw -Where 'id >= 4' -MinInputFiles 2 -AsPlan"), "Files"));
        Assert.Equal("No data file can hold rows that match -Where.", Value(_session.Single("Optimize-IcebergTable hr.raw -Where @{ id = 77 }"), "Reason"));
    }

    [Fact]
    public void Optimize_ShowsOneLine()
    {
        string shown = _session.Show("Optimize-IcebergTable hr.raw");

        Assert.Matches(@"^\s*Table\s+Files\s+Size\s+DeleteFilesRemoved\s+SnapshotId\s+[- ]+\s+hr\.raw\s+5 -> 1\s+[\d.]+ KB -> [\d.]+ K?B\s+0\s+\d+\s*$", shown);
    }

    /// <summary>Each day brings a key and changes the one before.</summary>
    private void Day(int day)
    {
        File.WriteAllText($"{_session.Folder}/{day}.csv", FormattableString.Invariant($"id,name\n{day},a{day}\n{(day == 1 ? "" : $"{day - 1},b{day}\n")}"));
        _session.Invoke($"Import-Delta '{_session.Folder}/{day}.csv' hr.raw -DateReceived 2021-01-0{day}; {Merge(day)}");
    }

    private static string Merge(int day) => $"Invoke-IcebergMerge hr.employee -Source hr.raw -Key id -ReportDate 2021-01-0{day}";

    private string Rows() => string.Join(' ', _session.Invoke("Get-IcebergData hr.employee").Select(r => $"{Value(r, "id")}:{Value(r, "name")}").Order(StringComparer.Ordinal));

    private static object? Value(PSObject item, string property) => item.Properties[property].Value is PSObject wrapped ? wrapped.BaseObject : item.Properties[property].Value;
}
