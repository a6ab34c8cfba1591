using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Changes;
using DeltaTools.Core.Merge;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Embedded.Changes;

public sealed class ChangeFeedTests
{
    public static TheoryData<string> Tables => [.. FixtureTable.Names];

    /// <summary>Tables of fifteen writers: position deletes, equality deletes, deletion vectors, rewrites, evolved schemas.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Feed_OfEveryPairOfSnapshotsLeadsFromOneToTheOther(string name)
    {
        FixtureTable table = FixtureTable.Open(name);
        using DuckSession session = DuckSession.Open(new DuckOptions { Threads = 2, MemoryLimit = 1L << 30 });
        Schema schema = table.Metadata.CurrentSchema;
        Snapshot[] snapshots = [.. table.Metadata.Snapshots.Where(s => table.RowCount(s.SnapshotId) is not null).Take(6)];
        if (snapshots.Length == 0 || await IsOrcAsync(table, snapshots, schema)) return;
        var check = new FeedCheck(session, table.Store, table.Metadata, schema, new RowIdentity([], PrefersLineage: true));
        foreach (Snapshot from in snapshots)
        {
            await check.NetAsync(null, from);
            foreach (Snapshot to in snapshots)
            {
                await check.NetAsync(from, to);
                if (snapshots.Length == table.Metadata.Snapshots.Length) await check.StepsAsync(from, to);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Feed_OfAMergeHasImagesBeforeAndAfter(int version)
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(version);
        IcebergTable table = await warehouse.ReportAsync();
        var identity = RowIdentity.Of(table.Metadata.CurrentSchema, ["employee_id"], prefersLineage: true);
        var check = new FeedCheck(warehouse.Session, table.Store, table.Metadata, table.Metadata.CurrentSchema, identity);
        Snapshot[] merges = [.. table.Metadata.Snapshots];

        Assert.Equal(
            [
                "UpdateBefore 5|F|Lexie|Perry|NULL|17|2021-01-01|2021-01-01", "UpdateAfter 5|F|Lexie|Perry|2|18|2021-01-01|2021-01-02",
                "Insert 6|M|Robert|Roberts|1|17|2021-01-02|2021-01-02", "Insert 7|F|Iris|Alexander|1|17|2021-01-02|2021-01-02",
            ],
            (await check.FeedAsync(merges[0], merges[1])).Select(f => $"{f.Change} {f.Row}"));
        Assert.Equal("Delete 1|M|Dexter|Mitchell|1|17|2021-01-01|2021-01-01", (await check.FeedAsync(merges[1], merges[2])).Select(f => $"{f.Change} {f.Row}").First());
        Assert.Equal(RowChange.Insert, (await check.FeedAsync(merges[2], merges[1]))[0].Change);
    }

    [Fact]
    public async Task Feed_WithoutAKeyHasNoUpdates()
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(2);
        IcebergTable table = await warehouse.ReportAsync();
        var check = new FeedCheck(warehouse.Session, table.Store, table.Metadata, table.Metadata.CurrentSchema, new RowIdentity([], PrefersLineage: true));
        Snapshot[] merges = [.. table.Metadata.Snapshots];

        Assert.Equal([RowChange.Delete, RowChange.Insert, RowChange.Insert, RowChange.Insert], (await check.FeedAsync(merges[0], merges[1])).Select(f => f.Change));
    }

    /// <summary>Rows that an undo brings back, and those that the next merge writes anew, have other row ids than before.</summary>
    [Theory]
    [InlineData(2, "employee_id")]
    [InlineData(3, "employee_id")]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Feed_OverAnUndoneMergeIsEmpty(int version, params string[] key)
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(version);
        IcebergTable table = await warehouse.ReportAsync();
        Snapshot[] merges = [.. table.Metadata.Snapshots];
        var undo = new MergeUndo(warehouse.Session, table);
        await using (UndoPlan plan = await undo.PlanAsync(null, default)) await undo.ApplyAsync(plan, default);
        await warehouse.MergeAsync("2021-01-03");

        table = await warehouse.ReportAsync();
        Snapshot undone = table.Metadata.Snapshots[^2], again = table.Metadata.Snapshots[^1];
        FeedCheck check = Check(warehouse, table, key);
        Assert.Empty(await check.FeedAsync(merges[1], undone));
        Assert.Empty(await check.FeedAsync(merges[2], again));
        await check.NetAsync(merges[0], undone);
        await check.NetAsync(merges[2], undone);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Feed_BetweenBranchesShowsWhatDiffers(int version)
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(version);
        IcebergTable table = await warehouse.ReportAsync();
        Snapshot day1 = table.Metadata.Snapshots[0];
        await table.CommitAsync([.. new[] { "a", "b" }.Select(b => new SetRef(b, SnapshotRef.Branch(day1.SnapshotId)))], default);
        await warehouse.MergeAsync("2021-01-02", new MergeOptions { ReportDate = default, Branch = "a" });
        await warehouse.MergeAsync("2021-01-02", new MergeOptions { ReportDate = default, Branch = "b" });
        Snapshot Head(string branch) => table.Metadata.Snapshot(table.Metadata.Refs[branch].SnapshotId)!;

        table = await warehouse.ReportAsync();
        Assert.NotEqual(Head("a"), Head("b"));
        Assert.Empty(await Check(warehouse, table, "employee_id").FeedAsync(Head("a"), Head("b")));
        Assert.Empty(await Check(warehouse, table).FeedAsync(Head("a"), Head("b")));

        await warehouse.MergeAsync("2021-01-03", new MergeOptions { ReportDate = default, Branch = "b" });
        table = await warehouse.ReportAsync();
        Assert.Equal(
            [
                (RowChange.Delete, "1"), (RowChange.UpdateBefore, "7"), (RowChange.UpdateAfter, "7"),
                (RowChange.Insert, "9"), (RowChange.Insert, "10"), (RowChange.Insert, "11"),
            ],
            (await Check(warehouse, table, "employee_id").FeedAsync(Head("a"), Head("b"))).Select(f => (f.Change, f.Row.Split('|')[0])));
    }

    [Fact]
    public async Task TableKey_IsKnownFromMergesThatWereTakenBackAndOnBranches()
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(3);
        for (int i = 0; i < 3; i++)
        {
            var undo = new MergeUndo(warehouse.Session, await warehouse.ReportAsync());
            await using UndoPlan plan = await undo.PlanAsync(null, default);
            await undo.ApplyAsync(plan, default);
        }

        Assert.Equal("employee_id", Assert.Single(TableKey.Of((await warehouse.ReportAsync()).Metadata)));
        Assert.Empty(TableKey.Of((await warehouse.RawAsync()).Metadata));
    }

    [Fact]
    public async Task Feed_OfAKeyThatIsNotUniqueStillLeadsFromOneToTheOther()
    {
        await using Warehouse warehouse = await Tutorial.ThroughDay3Async(2);
        IcebergTable raw = await warehouse.RawAsync();
        var identity = RowIdentity.Of(raw.Metadata.CurrentSchema, ["sex"], prefersLineage: false);
        var check = new FeedCheck(warehouse.Session, raw.Store, raw.Metadata, raw.Metadata.CurrentSchema, identity);
        Snapshot[] imports = [.. raw.Metadata.Snapshots];

        await check.NetAsync(null, imports[2]);
        await check.NetAsync(imports[2], imports[0]);
        await check.StepsAsync(imports[0], imports[2]);
    }

    [Fact]
    public void Steps_OfStatesThatDoNotFollowAreNotKnown()
    {
        FixtureTable table = FixtureTable.Open(FixtureTable.Names.First(n => FixtureTable.Open(n).Metadata.Snapshots.Length > 1));
        Snapshot[] snapshots = [.. Ancestry.Of(table.Metadata, table.Metadata.CurrentSnapshotId)];

        Assert.Null(ChangeFeed.Steps(table.Metadata, snapshots[0].SnapshotId, snapshots[1].SnapshotId));
        Assert.Empty(ChangeFeed.Steps(table.Metadata, snapshots[0].SnapshotId, snapshots[0].SnapshotId)!.Value);
    }

    private static FeedCheck Check(Warehouse warehouse, IcebergTable table, params string[] key) => new(
        warehouse.Session, table.Store, table.Metadata, table.Metadata.CurrentSchema, RowIdentity.Of(table.Metadata.CurrentSchema, key, prefersLineage: true));

    private static async Task<bool> IsOrcAsync(FixtureTable table, Snapshot[] snapshots, Schema schema)
    {
        foreach (Snapshot snapshot in snapshots)
        {
            ScanPlan plan = await ScanPlanner.PlanAsync(table.Store, table.Metadata, snapshot, schema, ScanOptions.All, default);
            if (plan.Tasks.Any(t => t.File.Format == FileFormat.Orc)) return true;
        }
        return false;
    }
}
