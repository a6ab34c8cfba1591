using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Updates;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables.Actions;

public class MetadataActionTests
{
    private static readonly TableMetadata s_table = SampleTables.New("file:///t", 2, ("a", "1"), ("b", "2")) with
    {
        Snapshots = [Snapshot(1), Snapshot(2)],
        CurrentSnapshotId = 2,
        Refs = SampleTables.New("file:///t").Refs.Add("main", SnapshotRef.Branch(2) with { MinSnapshotsToKeep = 4 }).Add("eoy", SnapshotRef.Tag(1)),
    };

    [Fact]
    public void UpdateProperties_ChangesWhatDiffers()
    {
        ImmutableArray<TableUpdate> updates = new UpdateProperties { Set = SampleTables.Properties(("a", "1"), ("c", "3")), Remove = ["b", "z"] }.Apply(s_table);

        Assert.Equal(SampleTables.Properties(("c", "3")), Assert.IsType<SetProperties>(updates[0]).Properties);
        Assert.Equal(["b"], Assert.IsType<RemoveProperties>(updates[1]).Names.ToArray());
        Assert.Empty(new UpdateProperties { Set = SampleTables.Properties(("a", "1")), Remove = ["z"] }.Apply(s_table));
        AssertInvalid(new UpdateProperties { Set = SampleTables.Properties(("a", "1")), Remove = ["a"] }, "'a'");
    }

    [Fact]
    public void UpgradeFormat_GoesUpOnly()
    {
        Assert.Equal([new UpgradeFormatVersion(3)], new UpgradeFormat(3).Apply(s_table).ToArray());
        Assert.Empty(new UpgradeFormat(2).Apply(s_table));
        AssertInvalid(new UpgradeFormat(1), "cannot go back to 1");
        AssertInvalid(new UpgradeFormat(4), "4 is not supported", IcebergErrorKind.Unsupported);
    }

    [Fact]
    public void SetRef_PointsToSnapshotsOfTheTable()
    {
        Assert.Equal([new SetSnapshotRef("x", SnapshotRef.Tag(1))], new SetRef("x", SnapshotRef.Tag(1)).Apply(s_table).ToArray());
        Assert.Empty(new SetRef("eoy", SnapshotRef.Tag(1)).Apply(s_table));
        AssertInvalid(new SetRef("x", SnapshotRef.Tag(77)), "77", IcebergErrorKind.SnapshotNotFound);
        AssertInvalid(new SetRef("main", SnapshotRef.Tag(1)), "main");
        AssertInvalid(new SetRef("x", SnapshotRef.Tag(1) with { MinSnapshotsToKeep = 1 }), "'x' is a tag");
    }

    [Fact]
    public void RemoveRef_LeavesMainAlone()
    {
        Assert.Equal([new RemoveSnapshotRef("eoy")], new RemoveRef("eoy").Apply(s_table).ToArray());
        AssertInvalid(new RemoveRef("main"), "main");
        AssertInvalid(new RemoveRef("x"), "eoy, main", IcebergErrorKind.RefNotFound);
    }

    [Fact]
    public void RollbackTo_KeepsTheBranchsSettings()
    {
        Assert.Equal([new SetSnapshotRef("main", s_table.Refs["main"] with { SnapshotId = 1 })], new RollbackTo(1).Apply(s_table).ToArray());
        Assert.Empty(new RollbackTo(2).Apply(s_table));
        AssertInvalid(new RollbackTo(3), "3", IcebergErrorKind.SnapshotNotFound);
        AssertInvalid(new RollbackTo(2) { Branch = "eoy" }, "'eoy' is a tag");
    }

    [Fact]
    public async Task RollbackTo_CanBeUndoneAndIsInTheLog()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        long first = (await fixture.AppendAsync("a")).Snapshot!.SnapshotId;
        long second = (await fixture.AppendAsync("b")).Snapshot!.SnapshotId;
        await fixture.CommitAsync(new RollbackTo(first));
        Assert.Equal(["a"], await fixture.LiveAsync());
        await fixture.CommitAsync(new RollbackTo(second));

        Assert.Equal(["a", "b"], await fixture.LiveAsync());
        Assert.Equal([first, second, first, second], fixture.Table.Metadata.SnapshotLog.Select(e => e.SnapshotId));
    }

    private static void AssertInvalid(MetadataAction action, string text, IcebergErrorKind kind = IcebergErrorKind.InvalidArgument)
    {
        var error = Assert.Throws<IcebergException>(() => action.Apply(s_table));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Message);
    }

    private static Snapshot Snapshot(long id) => new(id, null, id, DateTimeOffset.UnixEpoch, "file:///t/list", [], StringMap.Empty, 0);
}
