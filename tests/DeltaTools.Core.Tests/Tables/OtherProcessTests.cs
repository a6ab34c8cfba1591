using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Tests.Tables;

public class OtherProcessTests
{
    private const int Commits = 100;

    [Fact]
    public async Task CommitAsync_TwoProcessesLoseNothingAndDoubleNothing()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        (int ExitCode, string Output)[] ends = await Task.WhenAll(new[] { "x", "y" }.Select(
            writer => OtherProcess.StartAsync(0, Path.Combine(fixture.Folder, "warehouse"), "append", writer, $"{Commits}")));
        Assert.All(ends, e => Assert.Equal((0, ""), e));

        TableMetadata now = (await fixture.OtherAsync()).Metadata;
        Snapshot head = now.CurrentSnapshot!;
        string[] expected = [.. new[] { "x", "y" }.SelectMany(w => Enumerable.Range(0, Commits).Select(i => $"{w}-{i}")).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, await fixture.LiveAsync(head));
        Assert.Equal(2 * Commits, Ancestry.Of(now, head.SnapshotId).Count());
        Assert.Equal(Enumerable.Range(1, 2 * Commits).Select(n => (long)n), now.Snapshots.Select(s => s.SequenceNumber));
        Assert.Equal($"{2 * Commits * 10}", head.Summary["total-records"]);
        // Both took part all along; neither had to wait for the other's end.
        string writers = string.Concat((await fixture.EntriesAsync(head)).OrderBy(e => e.SequenceNumber).Select(e => Path.GetFileName(e.DataFile.FilePath)[0]));
        Assert.Contains("xy", writers);
        Assert.Contains("yx", writers);
    }

    /// <summary>kill -9 at every place that a commit passes, one after the other, until one gets through.</summary>
    [Fact]
    public async Task CommitAsync_KilledAnywhereLeavesTheOldOrTheNewState()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        await fixture.AppendAsync("a", "b");
        IcebergTable before = fixture.Table;
        bool sawOld = false, sawNew = false;
        for (int point = 1; ; point++)
        {
            string name = $"k{point}";
            (int exit, string output) = await OtherProcess.StartAsync(point, Path.Combine(fixture.Folder, "warehouse"), "replace", name, "1");
            IcebergTable now = await fixture.OtherAsync();
            string[] old = await fixture.LiveAsync(before.Metadata.CurrentSnapshot);
            string[] live = await fixture.LiveAsync(now.Metadata.CurrentSnapshot);
            if (now.MetadataLocation == before.MetadataLocation)
            {
                sawOld = true;
                Assert.Equal(old, live);
            }
            else
            {
                sawNew = true;
                Assert.Equal(before.Metadata.Snapshots.Length + 1, now.Metadata.Snapshots.Length);
                Assert.Contains($"{name}-0", live);
                Assert.Equal(old.Length, live.Length);
                Assert.NotNull(await now.Store.FindAsync(TableLocations.NewDataFile(now.Metadata, $"{name}-0.parquet"), default));
            }
            before = now;
            if (exit != 0) continue;
            Assert.Equal("", output);
            Assert.True(sawOld && sawNew && point > 10, $"Only {point} places to kill it at.");
            return;
        }
    }

    [Fact]
    public async Task CreateTableAsync_KilledAnywhereLeavesATableOrNone()
    {
        await using TableFixture fixture = await TableFixture.CreateAsync();
        for (int point = 1; ; point++)
        {
            TableIdentifier name = TableIdentifier.Parse($"hr.new{point}");
            (int exit, _) = await OtherProcess.StartAsync(point, Path.Combine(fixture.Folder, "warehouse"), "create", name.ToString(), "1");
            bool listed = (await fixture.Catalog.ListTablesAsync(null, default)).Contains(name);
            if (listed) Assert.Equal(2, (await fixture.Catalog.LoadTableAsync(name, default)).Metadata.CurrentSchema.Fields.Length);
            else await fixture.Catalog.CreateTableAsync(name, null, l => fixture.Table.Metadata with { Location = l, TableUuid = Guid.NewGuid() }, default);
            if (exit != 0) continue;
            Assert.True(listed);
            Assert.True(point > 5, $"Only {point} places to kill it at.");
            return;
        }
    }
}
