using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Restore-IcebergTable, Remove-IcebergSnapshot and Remove-IcebergOrphanFile on tables that imports and merges made.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public MaintenanceTests()
    {
        _session.Invoke($"""
            Connect-IcebergCatalog '{_session.Folder}/warehouse'
            New-IcebergTable hr.employee 'id int, name string' | Out-Null
            """);
        for (int day = 1; day <= 3; day++) Day(day);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Restore_GoesBackAndMergesGoOnFromThere()
    {
        PSObject restored = _session.Single("@(Get-IcebergHistory hr.employee)[1] | Restore-IcebergTable -Force");

        Assert.Equal("DeltaTools.IcebergSnapshot", restored.TypeNames[0]);
        Assert.Equal(["main"], (string[])Value(restored, "Refs")!);
        Assert.Equal("1:b2 2:a2", Rows());
        Assert.Equal(1L, Value(_session.Single(Merge(3)), "Inserted"));
        Assert.Equal("1:b2 2:b3 3:a3", Rows());
    }

    [Theory]
    [InlineData("-AsOf '2099-01-01'", "1:b2 2:b3 3:a3")]
    [InlineData("-AsOf $first", "1:a1")]
    [InlineData("-Ref old", "1:a1")]
    public void Restore_TakesTimesAndTags(string selector, string rows)
    {
        _session.Invoke("$first = @(Get-IcebergHistory hr.employee)[-1].MadeCurrentAt; Set-IcebergRef hr.employee old -Type Tag -AsOf $first | Out-Null");

        _session.Invoke($"$first = @(Get-IcebergHistory hr.employee)[-1].MadeCurrentAt; Restore-IcebergTable hr.employee {selector} -Force");

        Assert.Equal(rows, Rows());
    }

    [Fact]
    public void Restore_AsksAndSaysWhatChanges()
    {
        const string Restore = "Restore-IcebergTable hr.employee -SnapshotId @(Get-IcebergSnapshot hr.employee)[-1].SnapshotId";
        _session.Host.Answers.Enqueue("No");
        _session.Invoke(Restore);

        string shown = _session.Show(Restore + " -WhatIf");

        Assert.Single(_session.Host.Questions);
        Assert.Contains("on target \"hr.employee (3 rows become 1)\"", shown, StringComparison.Ordinal);
        Assert.Equal("1:b2 2:b3 3:a3", Rows());
        Assert.Equal("SnapshotNotFound,DeltaTools.Cmdlets.Commands.RestoreIcebergTableCommand",
            _session.Error("Restore-IcebergTable hr.employee -AsOf '2001-01-01' -Force").FullyQualifiedErrorId);
    }

    [Fact]
    public void Expire_TakesOldOnesAndTheirFiles()
    {
        _session.Invoke("Set-IcebergRef hr.employee kept -Type Tag -AsOf @(Get-IcebergHistory hr.employee)[-1].MadeCurrentAt | Out-Null");
        PSObject plan = _session.Single("Remove-IcebergSnapshot hr.employee -OlderThan '0s' -AsPlan");
        string shown = _session.Show("Remove-IcebergSnapshot hr.employee -OlderThan '0s' -WhatIf");
        Assert.Equal(3, _session.Invoke("Get-IcebergSnapshot hr.employee").Count);

        PSObject done = _session.Single("Remove-IcebergSnapshot hr.employee -OlderThan '0s' -Force");

        Assert.Equal((1, 2), (Value(plan, "Expired"), Value(plan, "Retained")));
        Assert.Equal((1, 2, Value(plan, "Files"), Value(plan, "Size")), (Value(done, "Expired"), Value(done, "Retained"), Value(done, "Files"), Value(done, "Size")));
        Assert.Matches(@"""Expire snapshots and delete their files"" on target ""hr.employee: 1 of 3 snapshots, \d+ files \([\d.]+ KB\)""", shown);
        Assert.Equal("1:b2 2:b3 3:a3", Rows());
        Assert.Null(Value(_session.Single(Merge(3)), "SnapshotId"));
        PSObject again = _session.Single("Remove-IcebergSnapshot hr.employee -Force");
        Assert.Equal((0, "All snapshots are young enough, or needed by a branch or tag."), (Value(again, "Expired"), Value(again, "Reason")));
    }

    [Fact]
    public void Expire_ChosenSnapshotsOfOneTableGoInOneCommit()
    {
        string shown = _session.Show("@(Get-IcebergSnapshot hr.employee)[1..2] | Remove-IcebergSnapshot -Force");

        Assert.Matches(@"^Table\s+Expired\s+Retained\s+Files\s+Size\s+[- ]+\s+hr\.employee\s+2\s+1\s+\d+\s+[\d.]+ KB\s*$", shown);
        Assert.Single(_session.Invoke("Get-IcebergSnapshot hr.employee"));
        ErrorRecord error = _session.Error("Get-IcebergSnapshot hr.employee | Remove-IcebergSnapshot -Force");
        Assert.Equal("SnapshotReferenced,DeltaTools.Cmdlets.Commands.RemoveIcebergSnapshotCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Orphans_AreListedThenDeleted()
    {
        string orphan = $"{_session.Folder}/warehouse/hr/employee/data/lost.parquet";
        File.WriteAllText(orphan, "12345");
        File.SetLastWriteTimeUtc(orphan, DateTime.UtcNow.AddDays(-4));

        PSObject listed = _session.Single("Remove-IcebergOrphanFile hr.* -WhatIf");
        Assert.True(File.Exists(orphan));
        PSObject deleted = _session.Single("Remove-IcebergOrphanFile hr.* -Force");

        Assert.False(File.Exists(orphan));
        Assert.Equal((5L, false, true), (Value(listed, "Size"), Value(listed, "Deleted"), Value(deleted, "Deleted")));
        Assert.EndsWith("/hr/employee/data/lost.parquet", (string)Value(deleted, "Path")!, StringComparison.Ordinal);
        Assert.Empty(_session.Invoke("Remove-IcebergOrphanFile hr.* -OlderThan '0s' -MinimumAge '0s' -Force"));
        Assert.Equal("1:b2 2:b3 3:a3", Rows());
    }

    [Fact]
    public void Orphans_YoungFilesTakeTwoParameters()
    {
        string orphan = $"{_session.Folder}/warehouse/hr/employee/data/lost.parquet";
        File.WriteAllText(orphan, "12345");

        ErrorRecord error = _session.Error("Remove-IcebergOrphanFile hr.employee -OlderThan 1h -Force");

        Assert.Equal("InvalidArgument,DeltaTools.Cmdlets.Commands.RemoveIcebergOrphanFileCommand", error.FullyQualifiedErrorId);
        Assert.StartsWith("Files younger than 1 d may belong to a commit", error.Exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(orphan));
        Assert.Single(_session.Invoke("Remove-IcebergOrphanFile hr.employee -OlderThan '0s' -MinimumAge '0s' -Force"));
        Assert.False(File.Exists(orphan));
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
