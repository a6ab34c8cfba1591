using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class RewriteTests
{
    [Fact]
    public async Task RewriteFiles_KeepsTheSequenceNumberItIsGiven()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await fixture.AppendAsync("a");
        CommitResult second = await fixture.AppendAsync("b");
        CommitResult result = await fixture.CommitAsync(new RewriteFiles(second.Snapshot!.SnapshotId)
        {
            RemovedData = [fixture.Data("a"), fixture.Data("b")],
            AddedData = [fixture.Data("ab", rows: 20)],
            DataSequenceNumber = 2,
        });

        ManifestEntry entry = (await fixture.EntriesAsync()).Single(e => e.IsLive);
        Assert.Equal((2L, 3L), (entry.SequenceNumber, entry.FileSequenceNumber));
        Assert.Equal("replace", result.Snapshot!.Operation);
        Assert.Equal("20", result.Snapshot.Summary["total-records"]);
        Assert.Equal("1", result.Snapshot.Summary["total-data-files"]);
    }

    [Fact]
    public async Task RewriteFiles_EqualityDeletesThatStillApplyStay()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await fixture.AppendAsync("a");
        CommitResult second = await fixture.CommitAsync(new RowDelta(fixture.Table.Metadata.CurrentSnapshotId) { AddedDeletes = [fixture.EqualityDeletes("old")] });
        await fixture.AppendAsync("b");
        await fixture.CommitAsync(new RowDelta(fixture.Table.Metadata.CurrentSnapshotId) { AddedDeletes = [fixture.EqualityDeletes("new")] });
        // a and b are rewritten as of the second snapshot: "new" (4) applies to sequence number 2, as it did to a and b.
        await fixture.CommitAsync(new RewriteFiles(fixture.Table.Metadata.CurrentSnapshotId!.Value)
        {
            RemovedData = [fixture.Data("a"), fixture.Data("b")],
            AddedData = [fixture.Data("ab")],
            RemovedDeletes = [fixture.EqualityDeletes("old")],
            DataSequenceNumber = second.Snapshot!.SequenceNumber,
        });

        Assert.Equal(["ab", "new"], await fixture.LiveAsync());
    }

    [Fact]
    public async Task RewriteFiles_DeletesOlderThanAllDataGoWithTheManifest()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await fixture.AppendAsync("a", "b");
        CommitResult deletes = await fixture.CommitAsync(new RowDelta(fixture.Table.Metadata.CurrentSnapshotId)
        {
            AddedDeletes = [fixture.Deletes("for-b", fixture.Data("b")), fixture.Deletes("for-many", fixture.Data("b")) with { ReferencedDataFile = null }],
        });
        await fixture.CommitAsync(new RewriteFiles(deletes.Snapshot!.SnapshotId) { RemovedData = [fixture.Data("a")], AddedData = [fixture.Data("a2")] });
        Assert.Equal(["a2", "b", "for-b", "for-many"], await fixture.LiveAsync());
        await fixture.CommitAsync(
            new RewriteFiles(fixture.Table.Metadata.CurrentSnapshotId!.Value) { RemovedData = [fixture.Data("b")], AddedData = [fixture.Data("b2", rows: 8)] });

        // for-b dangles, so that its manifest is rewritten; for-many applies to nothing either, which shows by its age.
        Assert.Equal(["a2", "b2"], await fixture.LiveAsync());
        Assert.Equal("0", fixture.Table.Metadata.CurrentSnapshot!.Summary["total-delete-files"]);
    }

    [Fact]
    public async Task RewriteFiles_MustNotMakeRows()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a");

        var error = await Assert.ThrowsAsync<IcebergException>(() => fixture.CommitAsync(
            new RewriteFiles(first.Snapshot!.SnapshotId) { RemovedData = [fixture.Data("a")], AddedData = [fixture.Data("b", rows: 11)] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("10 rows would add 11", error.Message);
        Assert.Empty(await fixture.LeftoversAsync());
    }

    [Fact]
    public async Task RewriteFiles_MustReplaceSomething()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        CommitResult first = await fixture.AppendAsync("a");

        var error = await Assert.ThrowsAsync<IcebergException>(
            () => fixture.CommitAsync(new RewriteFiles(first.Snapshot!.SnapshotId) { AddedData = [fixture.Data("b")] }));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RewriteManifests_ChangesNoFile(int formatVersion)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(formatVersion, partitioned: true);
        foreach (int bucket in (int[])[2, 0, 3, 1, 2]) await fixture.CommitAsync(new AppendFiles([fixture.Data($"f{fixture.Table.Metadata.Snapshots.Length}", bucket)]));
        await fixture.CommitAsync(new DeleteFiles([fixture.Data("f1", 0)]));
        List<ManifestEntry> before = [.. (await fixture.EntriesAsync()).Where(e => e.IsLive)];
        CommitResult result = await fixture.CommitAsync(new RewriteManifests());

        List<ManifestEntry> after = await fixture.EntriesAsync();
        Assert.Single(await fixture.ManifestsAsync());
        Assert.All(after, e => Assert.Equal(ManifestEntryStatus.Existing, e.Status));
        Assert.Equal([1, 2, 2, 3], after.Select(e => (int)e.DataFile.Partition[0]!));
        Assert.Equal(Keys(before), Keys(after));
        Assert.Equal("replace", result.Snapshot!.Operation);
        Assert.Equal(("1", "0", "4"), (result.Snapshot.Summary["manifests-created"], result.Snapshot.Summary["manifests-kept"], result.Snapshot.Summary["entries-processed"]));
        Assert.Equal("40", result.Snapshot.Summary["total-records"]);
        Assert.False((await fixture.CommitAsync(new RewriteManifests())).Changed);

        static IEnumerable<(string, long?, long?, long?, long?)> Keys(List<ManifestEntry> entries) =>
            entries.Select(e => (e.DataFile.FilePath, e.SnapshotId, e.SequenceNumber, e.FileSequenceNumber, e.DataFile.FirstRowId)).Order();
    }
}
