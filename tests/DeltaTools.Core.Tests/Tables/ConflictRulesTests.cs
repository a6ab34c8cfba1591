using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>What one writer planned on a snapshot, and what another did meanwhile: which pairs may both land.</summary>
public class ConflictRulesTests
{
    private const string Lands = "lands", Conflicts = "conflict";

    /// <summary>Ours, theirs, what becomes of ours. The table holds a and b, with deletes for b.</summary>
    [Theory]
    [InlineData("append", "append", Lands)]
    [InlineData("append", "delete rows of a", Lands)]
    [InlineData("append", "remove a", Lands)]
    [InlineData("append", "compact a", Lands)]
    [InlineData("delete rows of a", "nothing", Lands)]
    [InlineData("delete rows of a", "append", Conflicts)]
    [InlineData("delete rows of a", "append elsewhere", Lands)]
    [InlineData("delete rows of a", "delete rows of a", Conflicts)]
    [InlineData("delete rows of a", "delete rows of b", Conflicts)]
    [InlineData("delete rows of a", "delete rows elsewhere", Lands)]
    [InlineData("delete rows of a", "remove a", Conflicts)]
    [InlineData("delete rows of a", "remove b", Lands)]
    [InlineData("delete rows of a", "compact a", Conflicts)]
    [InlineData("delete rows of a", "compact b", Lands)]
    [InlineData("delete rows of a", "replace a", Conflicts)]
    [InlineData("delete rows of a", "rewrite manifests", Lands)]
    [InlineData("delete rows of a", "set property", Lands)]
    [InlineData("delete rows of a at snapshot level", "append", Lands)]
    [InlineData("delete rows of a at snapshot level", "delete rows of b", Conflicts)]
    [InlineData("delete rows of a unchecked", "append", Lands)]
    [InlineData("delete rows of a unchecked", "delete rows of b", Lands)]
    [InlineData("delete rows of a unchecked", "remove a", Lands)]
    [InlineData("delete rows of a unchecked", "compact a", Conflicts)]
    [InlineData("replace a", "append", Conflicts)]
    [InlineData("replace a", "append elsewhere", Lands)]
    [InlineData("replace a", "delete rows of a", Conflicts)]
    [InlineData("replace a", "remove a", Conflicts)]
    [InlineData("replace a", "compact a", Conflicts)]
    [InlineData("replace a", "compact b", Lands)]
    [InlineData("compact a", "append", Lands)]
    [InlineData("compact a", "delete rows of a", Conflicts)]
    [InlineData("compact a", "delete rows of b", Lands)]
    [InlineData("compact a", "remove a", Conflicts)]
    [InlineData("compact a", "remove b", Lands)]
    [InlineData("compact a", "replace a", Conflicts)]
    [InlineData("compact a", "compact a", Conflicts)]
    [InlineData("compact a", "compact b", Lands)]
    [InlineData("compact a", "equality deletes", Lands)]
    [InlineData("compact a as new rows", "equality deletes", Conflicts)]
    [InlineData("compact a", "rewrite manifests", Lands)]
    [InlineData("remove a", "append", Lands)]
    [InlineData("remove a", "delete rows of a", Lands)]
    [InlineData("remove a", "remove a", Conflicts)]
    [InlineData("remove a", "compact a", Conflicts)]
    [InlineData("rewrite manifests", "append", Lands)]
    [InlineData("rewrite manifests", "remove a", Lands)]
    [InlineData("rewrite manifests", "rewrite manifests", Lands)]
    public async Task CommitAsync_LandsOrConflicts(string ours, string theirs, string outcome)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(2, partitioned: true);
        long start = await PrepareAsync(fixture);
        IcebergTable stale = fixture.Table;
        TableAction mine = Action(fixture, ours, "mine", start)!;
        if (Action(fixture, theirs, "theirs", start) is { } other) await fixture.CommitAsync(other);
        string[] before = await fixture.LiveAsync();

        if (outcome == Lands)
        {
            CommitResult result = await stale.CommitAsync(mine, default);
            Assert.Equal(fixture.Table.Metadata.CurrentSnapshotId, result.Snapshot?.ParentSnapshotId ?? fixture.Table.Metadata.CurrentSnapshotId);
        }
        else
        {
            var error = await Assert.ThrowsAsync<IcebergException>(() => stale.CommitAsync(mine, default));
            Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
            Assert.False(error.Retryable);
            Assert.Equal(before, await fixture.LiveAsync());
            Assert.Empty(await fixture.LeftoversAsync());
        }
    }

    [Theory]
    [InlineData("delete rows of a", "delete rows of a", Conflicts)]
    [InlineData("delete rows of a unchecked", "delete rows of a", Conflicts)]
    [InlineData("delete rows of a unchecked", "delete rows of b", Lands)]
    [InlineData("compact a", "delete rows of a", Conflicts)]
    [InlineData("compact a", "delete rows of b", Lands)]
    public async Task CommitAsync_TwoVectorsForOneFileConflict(string ours, string theirs, string outcome)
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(3, partitioned: true);
        CommitResult first = await fixture.CommitAsync(new AppendFiles([fixture.Data("a", 0), fixture.Data("b", 0), fixture.Data("far", 3)]));
        IcebergTable stale = fixture.Table;
        TableAction mine = Action(fixture, ours, "mine", first.Snapshot!.SnapshotId)!;
        await fixture.CommitAsync(Action(fixture, theirs, "theirs", first.Snapshot.SnapshotId)!);

        if (outcome == Lands) Assert.True((await stale.CommitAsync(mine, default)).Changed);
        else Assert.Equal(IcebergErrorKind.CommitConflict, (await Assert.ThrowsAsync<IcebergException>(() => stale.CommitAsync(mine, default))).Kind);
    }

    [Fact]
    public async Task CommitAsync_LostHistoryIsAConflict()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync(2, partitioned: true);
        long start = await PrepareAsync(fixture);
        TableAction mine = Action(fixture, "delete rows of a", "mine", start)!;
        IcebergTable stale = fixture.Table;
        await fixture.CommitAsync(Action(fixture, "append elsewhere", "x", start)!);
        await fixture.CommitAsync(Action(fixture, "append elsewhere", "y", start)!);
        await fixture.CommitAsync(new ExpireSnapshots { OlderThan = DateTimeOffset.UtcNow.AddDays(1) });

        var error = await Assert.ThrowsAsync<IcebergException>(() => stale.CommitAsync(mine, default));

        Assert.Equal(IcebergErrorKind.CommitConflict, error.Kind);
        Assert.Contains($"{start}", error.Message);
    }

    [Fact]
    public async Task CommitAsync_PlannedOnAnEmptyTableSeesWhatCame()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        IcebergTable stale = fixture.Table;
        await fixture.AppendAsync("a");

        var mine = new RowDelta(null) { AddedData = [fixture.Data("b")] };

        Assert.Equal(IcebergErrorKind.CommitConflict, (await Assert.ThrowsAsync<IcebergException>(() => stale.CommitAsync(mine, default))).Kind);
        Assert.True((await stale.CommitAsync(mine with { Isolation = Isolation.Snapshot }, default)).Changed);
    }

    private static async Task<long> PrepareAsync(TableFixture fixture)
    {
        CommitResult first = await fixture.CommitAsync(new AppendFiles([fixture.Data("a", 0), fixture.Data("b", 0), fixture.Data("far", 3)]));
        CommitResult second = await fixture.CommitAsync(
            new RowDelta(first.Snapshot!.SnapshotId) { AddedDeletes = [fixture.Deletes("b-deletes", fixture.Data("b", 0))] });
        return second.Snapshot!.SnapshotId;
    }

    /// <summary>Bucket 0 is what ours looks at; bucket 3 is elsewhere.</summary>
    private static TableAction? Action(TableFixture fixture, string what, string who, long start)
    {
        DataFile a = fixture.Data("a", 0), b = fixture.Data("b", 0), far = fixture.Data("far", 3);
        DataFile Delete(DataFile of) => fixture.Table.Metadata.FormatVersion == 3 ? fixture.Vector(who, of) : fixture.Deletes(who, of);
        var delta = new RowDelta(start) { MayMatch = file => Equals(file.Partition[0], 0) };
        return what switch
        {
            "nothing" => null,
            "append" => new AppendFiles([fixture.Data(who, 0)]),
            "append elsewhere" => new AppendFiles([fixture.Data(who, 3)]),
            "delete rows of a" => delta with { AddedDeletes = [Delete(a)] },
            "delete rows of a at snapshot level" => delta with { AddedDeletes = [Delete(a)], Isolation = Isolation.Snapshot },
            "delete rows of a unchecked" => delta with { AddedDeletes = [Delete(a)], Isolation = Isolation.None },
            "delete rows of b" => delta with { AddedDeletes = [Delete(b)] },
            "delete rows elsewhere" => delta with { AddedDeletes = [Delete(far)] },
            "equality deletes" => delta with { AddedDeletes = [fixture.EqualityDeletes(who, 0)] },
            "replace a" => delta with { RemovedData = [a], AddedData = [fixture.Data(who, 0)] },
            "remove a" => new DeleteFiles([a]),
            "remove b" => new DeleteFiles([b]),
            "compact a" => new RewriteFiles(start) { RemovedData = [a], AddedData = [fixture.Data(who, 0)], DataSequenceNumber = 2 },
            "compact a as new rows" => new RewriteFiles(start) { RemovedData = [a], AddedData = [fixture.Data(who, 0)] },
            "compact b" => new RewriteFiles(start) { RemovedData = [b], AddedData = [fixture.Data(who, 0)], DataSequenceNumber = 2 },
            "rewrite manifests" => new RewriteManifests(),
            "set property" => new UpdateProperties { Set = StringMap.Empty.Add("who", who) },
            _ => throw new ArgumentException(what),
        };
    }
}
