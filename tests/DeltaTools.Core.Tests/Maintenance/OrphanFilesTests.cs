using DeltaTools.Core.Maintenance;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;

namespace DeltaTools.Core.Tests.Maintenance;

public class OrphanFilesTests
{
    private static readonly DateTimeOffset s_old = DateTimeOffset.UtcNow.AddDays(-5), s_limit = DateTimeOffset.UtcNow.AddDays(-3);

    [Theory]
    [InlineData("data/x.parquet", true)]
    [InlineData("data/_day=1/x.parquet", true)]
    [InlineData("metadata/x-m0.avro", true)]
    [InlineData("metadata/00009-x.metadata.json", true)]
    [InlineData("metadata/.0123456789abcdef0123456789abcdef.tmp", true)]
    [InlineData("metadata/version-hint.text", false)]
    [InlineData("metadata/.x.crc", false)]
    [InlineData("data/_SUCCESS", false)]
    [InlineData("_log/x.parquet", false)]
    [InlineData(".catalog/x.json", false)]
    public async Task FindAsync_TakesWhatNothingNeedsAndIsNotHidden(string path, bool found)
    {
        await using StoredTable table = await CreateAsync();
        string file = Add(table, path);

        IReadOnlyList<ObjectInfo> orphans = await new OrphanFiles(table.Table).FindAsync(s_limit, default);

        Assert.Equal(found ? [file] : [], orphans.Select(o => o.Location));
    }

    [Fact]
    public async Task FindAsync_LeavesYoungFilesAlone()
    {
        await using StoredTable table = await CreateAsync();
        string file = Add(table, "data/x.parquet");
        File.SetLastWriteTimeUtc(new Uri(file).LocalPath, DateTime.UtcNow.AddDays(-2));

        Assert.Empty(await new OrphanFiles(table.Table).FindAsync(s_limit, default));
        Assert.Equal([file], (await new OrphanFiles(table.Table).FindAsync(DateTimeOffset.UtcNow.AddDays(-1), default)).Select(o => o.Location));
    }

    /// <summary>Statistics, branches, earlier metadata files, older snapshots: the table is whole afterwards.</summary>
    [Fact]
    public async Task DeleteAsync_NeverTakesWhatTheTableNeeds()
    {
        await using StoredTable table = await CreateAsync();
        string statistics = Add(table, "metadata/x.stats"), partitions = Add(table, "metadata/y.stats");
        await table.CommitAsync(
            new Statistics(new(table.Head.SnapshotId, statistics, 1, 1, [])),
            new PartitionStatistics(new(table.Head.SnapshotId, partitions, 1)));
        string[] orphaned = [Add(table, "data/x.parquet"), Add(table, "metadata/x-m0.avro")];
        foreach (string file in Directory.GetFiles(table.Folder, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, s_old.UtcDateTime);
        IReadOnlySet<string> needed = await TableFiles.OfAsync(table.Metadata, table.Table.MetadataLocation, table.Table.Store, default);

        var orphans = new OrphanFiles(table.Table);
        IReadOnlyList<ObjectInfo> deleted = await orphans.DeleteAsync(await orphans.FindAsync(s_limit, default), default);

        Assert.Equal(orphaned.Order(StringComparer.Ordinal), deleted.Select(o => o.Location).Order(StringComparer.Ordinal));
        Assert.All(orphaned, f => Assert.False(File.Exists(new Uri(f).LocalPath)));
        Assert.Contains(statistics, needed);
        Assert.All(needed, f => Assert.True(File.Exists(new Uri(f).LocalPath), f));
        Assert.Equal(19, (await table.RowsAsync()).Count);
    }

    [Fact]
    public async Task DeleteAsync_SparesWhatWasCommittedSinceItWasFound()
    {
        await using StoredTable table = await CreateAsync();
        DataFile written = Assert.Single(await table.WriteAsync("SELECT 99, 'late'"));
        File.SetLastWriteTimeUtc(new Uri(written.FilePath).LocalPath, s_old.UtcDateTime);
        var orphans = new OrphanFiles(table.Table);
        IReadOnlyList<ObjectInfo> found = await orphans.FindAsync(s_limit, default);
        Assert.Single(found);

        await table.CommitAsync(new AppendFiles([written]));

        Assert.Empty(await orphans.DeleteAsync(found, default));
        Assert.Equal(20, (await table.RowsAsync()).Count);
    }

    [Fact]
    public async Task FindAsync_AnotherTableBelowTheLocationStopsIt()
    {
        await using StoredTable table = await CreateAsync();
        Add(table, "inner/metadata/00000-x.metadata.json");
        Add(table, "inner/data/x.parquet");

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => new OrphanFiles(table.Table).FindAsync(s_limit, default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("inner/metadata/00000-x.metadata.json lies below the location of hr.t", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_FilesKnownUnderAnotherHostStopIt()
    {
        await using StoredTable table = await CreateAsync();
        string statistics = Add(table, "metadata/x.stats");
        await table.CommitAsync(new Statistics(new(table.Head.SnapshotId, statistics.Replace("file://", "hdfs://host7", StringComparison.Ordinal), 1, 1, [])));

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => new OrphanFiles(table.Table).FindAsync(s_limit, default));

        Assert.Equal(IcebergErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("another scheme or authority", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{statistics} (in the metadata hdfs://host7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_AMissingManifestStopsIt()
    {
        await using StoredTable table = await CreateAsync();
        Add(table, "data/x.parquet");
        File.Delete(new Uri(table.Metadata.Snapshots[0].ManifestList!).LocalPath);

        IcebergException error = await Assert.ThrowsAsync<IcebergException>(() => new OrphanFiles(table.Table).FindAsync(s_limit, default));

        Assert.Equal(IcebergErrorKind.Corrupt, error.Kind);
    }

    private static string Add(StoredTable table, string path)
    {
        string location = $"{table.Metadata.Location.TrimEnd('/')}/{path}";
        string file = new Uri(location).LocalPath;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "x");
        File.SetLastWriteTimeUtc(file, s_old.UtcDateTime);
        return location;
    }

    /// <summary>Two appends, a branch, deletes.</summary>
    private static async Task<StoredTable> CreateAsync()
    {
        StoredTable table = await StoredTable.CreateAsync();
        await table.AppendIdsAsync(0, 10);
        await table.AppendIdsAsync(10, 20);
        await table.CommitAsync(new SetRef("line", SnapshotRef.Branch(table.Head.SnapshotId)));
        await table.DeleteAsync("f1 = 15");
        return table;
    }

    private sealed record Statistics(StatisticsFile File) : MetadataAction
    {
        public override System.Collections.Immutable.ImmutableArray<Core.Spec.Updates.TableUpdate> Apply(TableMetadata metadata) => [new Core.Spec.Updates.SetStatistics(File)];
    }

    private sealed record PartitionStatistics(PartitionStatisticsFile File) : MetadataAction
    {
        public override System.Collections.Immutable.ImmutableArray<Core.Spec.Updates.TableUpdate> Apply(TableMetadata metadata) => [new Core.Spec.Updates.SetPartitionStatistics(File)];
    }
}
