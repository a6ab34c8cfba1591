using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class RowDeltaTests
{
    [Fact]
    public async Task CommitAsync_AddsRowsAndPositionDeletes()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a", "b");
        DataFile a = fixture.Data("a");
        CommitResult result = await fixture.CommitAsync(
            new RowDelta(first.Snapshot!.SnapshotId) { AddedData = [fixture.Data("c")], AddedDeletes = [fixture.Deletes("d", a)] });

        Assert.Equal(["a", "b", "c", "d"], await fixture.LiveAsync());
        Assert.Equal("overwrite", result.Snapshot!.Operation);
        Assert.Equal(
            [ManifestContent.Data, ManifestContent.Data, ManifestContent.Deletes], (await fixture.ManifestsAsync()).Select(m => m.Content).Order());
        ManifestEntry delete = (await fixture.EntriesAsync()).Single(e => e.DataFile.Content == DataFileContent.PositionDeletes);
        Assert.Equal(2, delete.SequenceNumber);
        Assert.Equal(a.FilePath, delete.DataFile.ReferencedDataFile);
        Assert.Equal(("1", "1", "1"), Summary(result, "added-delete-files", "added-position-delete-files", "added-position-deletes"));
        Assert.Equal(("30", "3", "1"), Summary(result, "total-records", "total-data-files", "total-delete-files"));
        Assert.Equal(("150", "350", "1"), Summary(result, "added-files-size", "total-files-size", "total-position-deletes"));
    }

    [Theory]
    [InlineData(true, false, false, "append")]
    [InlineData(true, true, false, "overwrite")]
    [InlineData(false, true, false, "delete")]
    [InlineData(true, false, true, "overwrite")]
    [InlineData(false, false, true, "delete")]
    public async Task Operation_SaysWhatBecomesOfRows(bool data, bool deletes, bool removed, string operation)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult result = await fixture.CommitAsync(new RowDelta(first.Snapshot!.SnapshotId)
        {
            AddedData = data ? [fixture.Data("c")] : [],
            AddedDeletes = deletes ? [fixture.Deletes("d", fixture.Data("a"))] : [],
            RemovedData = removed ? [fixture.Data("b")] : [],
        });

        Assert.Equal(operation, result.Snapshot!.Operation);
    }

    [Fact]
    public async Task CommitAsync_RemovedFilesLeaveDeletedEntriesWithTheirNumbers()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult result = await fixture.CommitAsync(
            new RowDelta(first.Snapshot!.SnapshotId) { AddedData = [fixture.Data("a2", rows: 9)], RemovedData = [fixture.Data("a")] });

        Dictionary<string, ManifestEntry> entries = (await fixture.EntriesAsync()).ToDictionary(e => Path.GetFileNameWithoutExtension(e.DataFile.FilePath));
        long old = first.Snapshot.SnapshotId, now = result.Snapshot!.SnapshotId;
        Assert.Equal((ManifestEntryStatus.Deleted, now, 1, 1), Numbers(entries["a"]));
        Assert.Equal((ManifestEntryStatus.Existing, old, 1, 1), Numbers(entries["b"]));
        Assert.Equal((ManifestEntryStatus.Added, now, 2, 2), Numbers(entries["a2"]));
        Assert.Equal(("1", "10", "9"), Summary(result, "deleted-data-files", "deleted-records", "added-records"));
        Assert.Equal(("19", "2", "1"), Summary(result, "total-records", "total-data-files", "manifests-replaced"));
        // The next commit no longer needs to tell what was deleted; the manifest goes with its last live file.
        await fixture.CommitAsync(new DeleteFiles([fixture.Data("b")]));
        await fixture.AppendAsync("c");
        Assert.Equal(2, (await fixture.ManifestsAsync()).Count);

        static (ManifestEntryStatus, long?, long?, long?) Numbers(ManifestEntry e) => (e.Status, e.SnapshotId, e.SequenceNumber, e.FileSequenceNumber);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task CommitAsync_RowIdsOfFilesThatStayAreKept(int minMergeCount)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(3, false, (TableProperties.ManifestMinMergeCount, $"{minMergeCount}"));
        await fixture.AppendAsync("a", "b");
        CommitResult second = await fixture.AppendAsync("c", "d");
        await fixture.CommitAsync(
            new RowDelta(second.Snapshot!.SnapshotId) { AddedData = [fixture.Data("e")], RemovedData = [fixture.Data("a"), fixture.Data("c")] });

        Dictionary<string, long?> ids = (await fixture.EntriesAsync()).Where(e => e.IsLive)
            .ToDictionary(e => Path.GetFileNameWithoutExtension(e.DataFile.FilePath), e => e.DataFile.FirstRowId);
        Assert.Equal((10L, 30L), (ids["b"], ids["d"]));
        Assert.True(ids["e"] >= 40);
        Assert.True(fixture.Table.Metadata.NextRowId >= ids["e"] + 10);
    }

    [Fact]
    public async Task CommitAsync_DeleteFilesThatDangleGoWithTheirDataFile()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a", "b");
        CommitResult second = await fixture.CommitAsync(new RowDelta(first.Snapshot!.SnapshotId)
        {
            AddedDeletes = [fixture.Deletes("da", fixture.Data("a")), fixture.Deletes("db", fixture.Data("b"))],
        });
        CommitResult third = await fixture.CommitAsync(
            new RowDelta(second.Snapshot!.SnapshotId) { AddedData = [fixture.Data("a2")], RemovedData = [fixture.Data("a")] });

        Assert.Equal(["a2", "b", "db"], await fixture.LiveAsync());
        Assert.Equal(("1", "1", "1"), Summary(third, "removed-delete-files", "removed-position-delete-files", "total-delete-files"));
    }

    [Fact]
    public async Task CommitAsync_ANewVectorReplacesTheOldOne()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(3);
        DataFile a = fixture.Data("a"), b = fixture.Data("b");
        CommitResult first = await fixture.AppendAsync("a", "b");
        // Two vectors in one Puffin file, told apart by their place in it.
        DataFile va = fixture.Vector("v1", a, 4), vb = fixture.Vector("v1", b, 44);
        CommitResult second = await fixture.CommitAsync(new RowDelta(first.Snapshot!.SnapshotId) { AddedDeletes = [va, vb] });
        CommitResult third = await fixture.CommitAsync(
            new RowDelta(second.Snapshot!.SnapshotId) { AddedDeletes = [fixture.Vector("v2", a)], RemovedDeletes = [va] });

        Assert.Equal(["a", "b", "v1", "v2"], await fixture.LiveAsync());
        Assert.Equal(b.FilePath, (await fixture.EntriesAsync()).Single(e => e.IsLive && e.DataFile.ContentOffset == 44).DataFile.ReferencedDataFile);
        Assert.Equal(("2", "80", "2"), Summary(second, "added-dvs", "added-files-size", "added-position-deletes"));
        Assert.Equal(("1", "1", "2"), Summary(third, "added-dvs", "removed-dvs", "total-delete-files"));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task CommitAsync_RefusesDeletesThatTheFormatDoesNotHave(int formatVersion, bool vector)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(formatVersion);
        CommitResult first = await fixture.AppendAsync("a");
        DataFile a = fixture.Data("a");

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.CommitAsync(
            new RowDelta(first.Snapshot!.SnapshotId) { AddedDeletes = [vector ? fixture.Vector("d", a) : fixture.Deletes("d", a)] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("d.", error.Message);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task CommitAsync_RefusesToDeleteRowsOfAFileItRemoves()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a");
        DataFile a = fixture.Data("a");

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.CommitAsync(
            new RowDelta(first.Snapshot!.SnapshotId) { AddedDeletes = [fixture.Deletes("d", a)], RemovedData = [a] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
    }

    [Fact]
    public async Task CommitAsync_ManifestsOfOtherPartitionsAreNotTouched()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(2, partitioned: true);
        for (int bucket = 0; bucket < 4; bucket++) await fixture.CommitAsync(new AppendFiles([fixture.Data($"f{bucket}", bucket), fixture.Data($"g{bucket}", bucket)]));
        string[] before = [.. (await fixture.ManifestsAsync()).Select(m => m.ManifestPath)];
        // A manifest that must not be opened: it would fail.
        foreach (ManifestFile manifest in (await fixture.ManifestsAsync()).Where((_, i) => i != 1)) File.WriteAllText(new Uri(manifest.ManifestPath).LocalPath, "x");
        CommitResult result = await fixture.CommitAsync(new DeleteFiles([fixture.Data("f2", 2)]));

        Assert.Equal(3, (await fixture.ManifestsAsync()).Count(m => before.Contains(m.ManifestPath)));
        Assert.Equal("1", result.Snapshot!.Summary["manifests-replaced"]);
    }

    private static (string, string, string) Summary(CommitResult result, string a, string b, string c) =>
        (result.Snapshot!.Summary[a], result.Snapshot.Summary[b], result.Snapshot.Summary[c]);
}
