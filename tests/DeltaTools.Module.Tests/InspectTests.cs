using System.Collections;
using System.Management.Automation;
using DeltaTools.Module.Tests.Harness;

namespace DeltaTools.Module.Tests;

/// <summary>Get-IcebergFile, -Entry, -Manifest, -Partition, -MetadataLog and -Ref, on tables of other writers.</summary>
public sealed class InspectTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    private static readonly string s_evolution = ForeignTable.PartitionEvolution.Arguments, s_bunnies = ForeignTable.Bunnies.Arguments, s_branches = ForeignTable.Branches.Arguments;

    [Fact]
    public void Files_AreThoseOfTheState()
    {
        Assert.Equal(7, session.Invoke($"Get-IcebergFile {s_evolution}").Count);
        Assert.Equal(6, session.Invoke($"Get-IcebergFile {s_evolution} -SnapshotId 6593870062034330780").Count);
        Assert.Equal(6, session.Invoke($"Get-IcebergFile {s_evolution} -AsOf '2025-03-11 09:54:30Z'").Count);
        Assert.Empty(session.Invoke($"Get-IcebergFile {s_evolution} -SnapshotId 5032402648663831776"));
        Assert.Equal("SnapshotNotFound,DeltaTools.Cmdlets.Commands.GetIcebergFileCommand", session.Error($"Get-IcebergFile {s_evolution} -SnapshotId 5").FullyQualifiedErrorId);
    }

    [Fact]
    public void Files_TellPartitionAndBoundsByName()
    {
        PSObject file = session.Single($"Get-IcebergFile {s_evolution} | Where-Object Partition -eq 'c1=2/c2=2025-03-04'");

        Assert.Equal(0, file.Properties["SpecId"].Value);
        var partition = Assert.IsAssignableFrom<IDictionary>(file.Properties["PartitionValue"].Value);
        Assert.Equal(2, partition["c1"]);
        Assert.Equal(new DateOnly(2025, 3, 4), partition["c2"]);
        Assert.Equal(42d, Assert.IsAssignableFrom<IDictionary>(file.Properties["LowerBound"].Value)["c3"]);
        Assert.Equal(new DateOnly(2025, 3, 4), Assert.IsAssignableFrom<IDictionary>(file.Properties["UpperBound"].Value)["c2"]);
        Assert.Equal(6593870062034330780, file.Properties["AddedSnapshotId"].Value);
        Assert.Equal(2L, file.Properties["SequenceNumber"].Value);
        Assert.Equal(["c1", "c2", "c3"], session.Invoke($"(Get-IcebergFile {s_evolution})[0].Columns.Name").Select(n => n.ToString()));
    }

    [Fact]
    public void Files_CanBeChosenByContent()
    {
        PSObject deletes = session.Single($"Get-IcebergFile {s_bunnies} -Content PositionDeletes");

        Assert.Equal("PositionDeletes", deletes.Properties["Content"].Value.ToString());
        Assert.Equal(1L, deletes.Properties["Records"].Value);
        Assert.Equal(20L, session.Single($"Get-IcebergFile {s_bunnies} -Content Data, EqualityDeletes").Properties["Records"].Value);
    }

    [Fact]
    public void Files_ArePipedToTheirTable() =>
        Assert.Equal(20, session.Invoke($"(Get-IcebergFile {s_bunnies} -Content Data | Get-IcebergData)").Count);

    [Fact]
    public void Entries_TellWhatTheSnapshotDidToFiles()
    {
        IReadOnlyList<PSObject> entries = session.Invoke($"Get-IcebergEntry {s_bunnies}");

        Assert.Equal(["Added", "Deleted", "Added"], entries.Select(e => e.Properties["Status"].Value));
        Assert.Equal([3L, 1L, 2L], entries.Select(e => e.Properties["SequenceNumber"].Value));
        Assert.Equal([2701171901096418979, 2701171901096418979, 469881615898633426], entries.Select(e => e.Properties["SnapshotId"].Value));
    }

    [Fact]
    public void Manifests_TellTheirPartitions()
    {
        IReadOnlyList<PSObject> manifests = session.Invoke($"Get-IcebergManifest {s_evolution}");

        Assert.Equal([1, 0], manifests.Select(m => m.Properties["SpecId"].Value));
        Assert.Equal([1, 6], manifests.Select(m => m.Properties["AddedFiles"].Value));
        Assert.Equal(["c1: 1 .. 2", "c2: 2025-03-02 .. 2025-03-05"], ((Array)manifests[1].Properties["Partitions"].Value).Cast<object>().Select(p => p.ToString()));
        Assert.Single(session.Invoke($"Get-IcebergManifest {s_evolution} -SnapshotId 6593870062034330780"));
    }

    [Fact]
    public void Partitions_AddUpTheirFiles()
    {
        IReadOnlyList<PSObject> partitions = session.Invoke($"Get-IcebergPartition {s_evolution}");

        Assert.Equal(7, partitions.Count);
        Assert.Equal(7L, partitions.Sum(p => (long)p.Properties["Records"].Value));
        PSObject whole = session.Single($"Get-IcebergPartition {s_bunnies}");
        Assert.Null(whole.Properties["Partition"].Value);
        Assert.Equal((20L, 1, 1L, 1), (whole.Properties["Records"].Value, whole.Properties["DataFiles"].Value, whole.Properties["PositionDeletes"].Value, whole.Properties["PositionDeleteFiles"].Value));
    }

    [Fact]
    public void MetadataLog_EndsWithTheCurrentFile()
    {
        IReadOnlyList<PSObject> log = session.Invoke($"Get-IcebergMetadataLog {s_bunnies}");

        Assert.Equal([7505300640432048841, 7505300640432048841, 469881615898633426, 469881615898633426, 2701171901096418979], log.Select(e => e.Properties["SnapshotId"].Value));
        Assert.Equal([false, false, false, false, true], log.Select(e => e.Properties["IsCurrent"].Value));
        Assert.EndsWith("/v5.metadata.json", (string)log[^1].Properties["MetadataLocation"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Refs_AreFoundByNameAndType()
    {
        Assert.Equal(["EOW-01", "main", "test-branch"], Names($"Get-IcebergRef {s_branches}"));
        Assert.Equal(["main", "test-branch"], Names($"Get-IcebergRef {s_branches} -Type Branch"));
        Assert.Equal(["EOW-01"], Names($"Get-IcebergRef -Name eow* -Table {s_branches}"));
        Assert.Equal("RefNotFound,DeltaTools.Cmdlets.Commands.GetIcebergRefCommand", session.Error($"Get-IcebergRef -Name nope -Table {s_branches}").FullyQualifiedErrorId);
    }

    private string[] Names(string script) => [.. session.Invoke(script).Select(r => r.ToString())];
}
