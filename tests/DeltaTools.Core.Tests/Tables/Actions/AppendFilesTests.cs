using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class AppendFilesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task CommitAsync_AddsASnapshot(int formatVersion)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(formatVersion);
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult second = await fixture.AppendAsync("c");

        Assert.Equal(["a", "b", "c"], await fixture.LiveAsync());
        Assert.Equal(["a", "b"], await fixture.LiveAsync(first.Snapshot));
        TableMetadata metadata = fixture.Table.Metadata;
        Assert.Equal(second.Snapshot!.SnapshotId, metadata.CurrentSnapshotId);
        Assert.Equal(first.Snapshot!.SnapshotId, second.Snapshot.ParentSnapshotId);
        Assert.Equal(formatVersion == 1 ? 0 : 2, metadata.LastSequenceNumber);
        Assert.Equal(formatVersion == 1 ? [0, 0, 0] : new long?[] { 1, 1, 2 },
            (await fixture.EntriesAsync()).OrderBy(e => e.DataFile.FilePath).Select(e => e.SequenceNumber));
        Assert.Equal([first.Snapshot.SnapshotId, second.Snapshot.SnapshotId], metadata.SnapshotLog.Select(e => e.SnapshotId));
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_TellsCountsAndTotals()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(2, partitioned: true);
        await fixture.CommitAsync(new AppendFiles([fixture.Data("a", 0), fixture.Data("b", 1)]));
        CommitResult result = await fixture.CommitAsync(
            new AppendFiles([fixture.Data("c", 1, rows: 5)]) { Summary = SampleTables.Properties(("report-date", "2021-01-01"), ("total-records", "7")) });

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["operation"] = "append",
                ["added-data-files"] = "1",
                ["added-records"] = "5",
                ["added-files-size"] = "100",
                ["changed-partition-count"] = "1",
                ["total-records"] = "25",
                ["total-files-size"] = "300",
                ["total-data-files"] = "3",
                ["total-delete-files"] = "0",
                ["total-position-deletes"] = "0",
                ["total-equality-deletes"] = "0",
                ["manifests-created"] = "1",
                ["manifests-kept"] = "1",
                ["manifests-replaced"] = "0",
                ["report-date"] = "2021-01-01",
                ["engine-name"] = "DeltaTools",
                ["engine-version"] = typeof(IcebergTable).Assembly.GetName().Version!.ToString(3),
            },
            result.Snapshot!.Summary);
    }

    [Fact]
    public async Task CommitAsync_AssignsRowIdsInV3()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(3);
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult second = await fixture.CommitAsync(new AppendFiles([fixture.Data("c", rows: 7) with { FirstRowId = 5 }]));

        Assert.Equal((0L, 20L), (first.Snapshot!.FirstRowId, first.Snapshot.AddedRows));
        Assert.Equal((20L, 7L), (second.Snapshot!.FirstRowId, second.Snapshot.AddedRows));
        Assert.Equal(27, fixture.Table.Metadata.NextRowId);
        Assert.Equal(
            [("a", 0L), ("b", 10L), ("c", 20L)],
            (await fixture.EntriesAsync()).Select(e => (Path.GetFileNameWithoutExtension(e.DataFile.FilePath), e.DataFile.FirstRowId!.Value)).Order());
    }

    [Fact]
    public async Task CommitAsync_RowIdsSurviveMergingOfManifests()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(3, false, (TableProperties.ManifestMinMergeCount, "3"));
        foreach (string name in (string[])["a", "b", "c", "d", "e"]) await fixture.AppendAsync(name);

        // A merged manifest reserves ids for its existing rows too, which keep those they have; so ids have gaps, as in Java.
        Assert.Single(await fixture.ManifestsAsync());
        Assert.Equal(
            [("a", 0L), ("b", 10L), ("c", 20L), ("d", 50L), ("e", 60L)],
            (await fixture.EntriesAsync()).Select(e => (Path.GetFileNameWithoutExtension(e.DataFile.FilePath), e.DataFile.FirstRowId!.Value)).Order());
    }

    [Fact]
    public async Task CommitAsync_UpgradedTableGetsRowIdsWithItsNextSnapshot()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(1);
        await fixture.AppendAsync("a");
        await fixture.CommitAsync(new UpgradeFormat(2));
        await fixture.AppendAsync("b");
        await fixture.CommitAsync(new UpgradeFormat(3));
        Assert.All(await fixture.EntriesAsync(), e => Assert.Null(e.DataFile.FirstRowId));
        await fixture.AppendAsync("c");

        Assert.Equal(["a", "b", "c"], await fixture.LiveAsync());
        Assert.Equal([0, 10, 20], (await fixture.EntriesAsync()).Select(e => e.DataFile.FirstRowId!.Value).Order());
        Assert.Equal(30, fixture.Table.Metadata.NextRowId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task CommitAsync_MergesManifestsWhenThereAreEnough(int formatVersion)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(formatVersion, false, (TableProperties.ManifestMinMergeCount, "4"));
        List<int> counts = [];
        for (int i = 0; i < 9; i++)
        {
            await fixture.AppendAsync($"f{i}");
            counts.Add((await fixture.ManifestsAsync()).Count);
        }

        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3], counts);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"f{i}"), await fixture.LiveAsync());
        List<ManifestEntry> entries = await fixture.EntriesAsync();
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (long?)(formatVersion == 1 ? 0 : i + 1)), entries.OrderBy(e => e.DataFile.FilePath).Select(e => e.SequenceNumber));
        Assert.Equal(
            fixture.Table.Metadata.Snapshots.Select(s => (long?)s.SnapshotId), entries.OrderBy(e => e.DataFile.FilePath).Select(e => e.SnapshotId));
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_MergingCanBeSwitchedOff()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(
            2, false, (TableProperties.ManifestMinMergeCount, "2"), (TableProperties.ManifestMergeEnabled, "false"));
        for (int i = 0; i < 4; i++) await fixture.AppendAsync($"f{i}");

        Assert.Equal(4, (await fixture.ManifestsAsync()).Count);
    }

    [Fact]
    public async Task CommitAsync_GoesToABranch()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult main = await fixture.AppendAsync("a");
        await fixture.CommitAsync(new SetRef("audit", SnapshotRef.Branch(main.Snapshot!.SnapshotId) with { MinSnapshotsToKeep = 3 }));
        CommitResult branch = await fixture.CommitAsync(new AppendFiles([fixture.Data("b")]) { Branch = "audit" });

        Assert.Equal(main.Snapshot.SnapshotId, fixture.Table.Metadata.CurrentSnapshotId);
        Assert.Equal(SnapshotRef.Branch(branch.Snapshot!.SnapshotId) with { MinSnapshotsToKeep = 3 }, fixture.Table.Metadata.Refs["audit"]);
        Assert.Equal(["a"], await fixture.LiveAsync());
        Assert.Equal(["a", "b"], await fixture.LiveAsync(branch.Snapshot));
        Assert.Equal("20", branch.Snapshot.Summary["total-records"]);
    }

    [Fact]
    public async Task CommitAsync_NeedsABranchThatExists()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult main = await fixture.AppendAsync("a");
        await fixture.CommitAsync(new SetRef("eoy", SnapshotRef.Tag(main.Snapshot!.SnapshotId)));

        var missing = await Assert.ThrowsAsync<IcebergException>(() => fixture.CommitAsync(new AppendFiles([fixture.Data("b")]) { Branch = "nope" }));
        var tag = await Assert.ThrowsAsync<IcebergException>(() => fixture.CommitAsync(new AppendFiles([fixture.Data("b")]) { Branch = "eoy" }));

        Assert.Equal(IcebergErrorKind.RefNotFound, missing.Kind);
        Assert.Equal(IcebergErrorKind.InvalidArgument, tag.Kind);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_NothingToAddIsNoSnapshot()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult result = await fixture.CommitAsync(new AppendFiles([]));

        Assert.False(result.Changed);
        Assert.Null(result.Snapshot);
        Assert.Empty(fixture.Table.Metadata.Snapshots);
    }

    [Fact]
    public async Task CommitAsync_SeveralActionsAreOneCommit()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult result = await fixture.CommitAsync(
            new UpdateProperties { Set = SampleTables.Properties(("watermark", "2021-01-03")) },
            new AppendFiles([fixture.Data("a")]),
            new AppendFiles([fixture.Data("b")]));

        Assert.Equal(2, result.Snapshots.Length);
        Assert.Single(fixture.Table.Metadata.MetadataLog);
        Assert.Equal("2021-01-03", fixture.Table.Metadata.Properties["watermark"]);
        Assert.Equal(["a", "b"], await fixture.LiveAsync());
        Assert.Equal(2, fixture.Table.Metadata.LastSequenceNumber);
    }

    [Fact]
    public async Task CommitAsync_RefusesATableOpenedByPath()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        IcebergTable table = await IcebergTable.OpenAsync(fixture.Table.Metadata.Location, fixture.Table.Store, default);

        var error = await Assert.ThrowsAsync<IcebergException>(() => table.CommitAsync(new AppendFiles([fixture.Data("a")]), default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(fixture.Table.Metadata.Location, error.Message);
    }
}
