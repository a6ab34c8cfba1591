using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class RowDeletesTests : EngineFixture
{
    private static readonly NestedField Id = new(1, "id", IcebergType.Int);

    private async Task<ImmutableArray<FileScanTask>> FilesAsync() =>
    [
        await FileAsync("a.parquet", "SELECT i::INT AS id FROM range(0, 10) t(i)", "id: 1"),
        await FileAsync("b.parquet", "SELECT i::INT AS id FROM range(10, 20) t(i)", "id: 1"),
        await FileAsync("c.parquet", "SELECT i::INT AS id FROM range(20, 30) t(i)", "id: 1"),
    ];

    private DeleteTarget Target(int version) => new() { FormatVersion = version, DataLocation = new Uri(PathOf("data")).AbsoluteUri };

    /// <summary>Deletes the rows that the condition selects from what the tasks show.</summary>
    private async Task<RowDeletes> DeleteAsync(DeleteTarget target, ImmutableArray<FileScanTask> tasks, string condition)
    {
        await using PreparedScan scan = await PreparedScan.OpenAsync(
            Session, Store, new ScanInput { Tasks = tasks, Columns = [Id], FilterSql = condition, WithRowKey = true }, default);
        return await RowDeletes.WriteAsync(Session, Store, target, tasks, $"SELECT {Sql.RowKey} AS k FROM ({scan.Sql})", default);
    }

    /// <summary>What planning would make of a commit of the deletes.</summary>
    private static ImmutableArray<FileScanTask> Commit(ImmutableArray<FileScanTask> tasks, RowDeletes deletes, long sequence) =>
    [
        .. tasks.Select(t => t with
        {
            Deletes =
            [
                .. t.Deletes.Where(d => !deletes.Replaced.Contains(d.File)),
                .. deletes.Added.Where(f => f.ReferencedDataFile is null || f.ReferencedDataFile == t.File.FilePath).Select(f => new DeleteFile(f, sequence)),
            ],
        }),
    ];

    private async Task<int[]> IdsAsync(ImmutableArray<FileScanTask> tasks) => [.. (await ReadAsync(tasks, Id)).Select(r => (int)r[0]!).Order()];

    [Fact]
    public async Task Version2_WritesOneFileForEachDataFile()
    {
        ImmutableArray<FileScanTask> tasks = await FilesAsync();
        RowDeletes deletes = await DeleteAsync(Target(2), tasks, "f1 IN (3, 1, 25)");

        Assert.Equal([tasks[0].File.FilePath, tasks[2].File.FilePath], deletes.Added.Select(f => f.ReferencedDataFile));
        Assert.Equal([2L, 1L], deletes.Added.Select(f => f.RecordCount));
        ColumnMetrics metrics = deletes.Added[0].Metrics;
        Assert.Equal(tasks[0].File.FilePath, SingleValue.FromBytes(IcebergType.String, metrics.LowerBounds[2147483546]));
        Assert.Equal(tasks[0].File.FilePath, SingleValue.FromBytes(IcebergType.String, metrics.UpperBounds[2147483546]));
        Assert.Equal((1L, 3L), (SingleValue.FromBytes(IcebergType.Long, metrics.LowerBounds[2147483545]), SingleValue.FromBytes(IcebergType.Long, metrics.UpperBounds[2147483545])));
        Assert.Equal(Enumerable.Range(0, 30).Except([3, 1, 25]), await IdsAsync(Commit(tasks, deletes, 2)));
    }

    [Fact]
    public async Task Version2_ByPartitionWritesOneFileSortedByPathAndPosition()
    {
        ImmutableArray<FileScanTask> tasks = await FilesAsync();
        tasks = [tasks[2], tasks[0], tasks[1]];
        RowDeletes deletes = await DeleteAsync(Target(2) with { ByPartition = true }, tasks, "f1 IN (3, 1, 25, 22)");

        DataFile file = Assert.Single(deletes.Added);
        Assert.Null(file.ReferencedDataFile);
        List<object?[]> rows = await ReadAsync(
            [new FileScanTask(file, 2, PartitionSpec.Unpartitioned, [])], MetadataColumns.DeleteFilePath, MetadataColumns.DeletePos);
        Assert.Equal([("a.parquet", 1L), ("a.parquet", 3L), ("c.parquet", 2L), ("c.parquet", 5L)], rows.Select(r => (Path.GetFileName((string)r[0]!), (long)r[1]!)));
        Assert.Equal(Enumerable.Range(0, 30).Except([3, 1, 25, 22]), await IdsAsync(Commit(tasks, deletes, 2)));
    }

    [Fact]
    public async Task Version3_VectorTakesOverOlderVectorsAndPositionDeletes()
    {
        ImmutableArray<FileScanTask> tasks = await FilesAsync();
        RowDeletes old = await DeleteAsync(Target(2), tasks, "f1 IN (0, 10)");
        tasks = Commit(tasks, old, 2);
        RowDeletes first = await DeleteAsync(Target(3), tasks, "f1 IN (1, 5, 21)");
        Assert.Equal([2 + 1, 1L], first.Added.Select(f => f.RecordCount));
        Assert.Equal([old.Added[0].FilePath], first.Replaced.Select(f => f.FilePath));
        Assert.Single(first.Added.Select(f => f.FilePath).Distinct());
        tasks = Commit(tasks, first, 3);
        Assert.Equal(Enumerable.Range(0, 30).Except([0, 1, 5, 10, 21]), await IdsAsync(tasks));

        RowDeletes second = await DeleteAsync(Target(3), tasks, "f1 IN (6, 7)");
        Assert.Equal(5, Assert.Single(second.Added).RecordCount);
        Assert.Equal(first.Added[0], Assert.Single(second.Replaced));
        Assert.Equal(Enumerable.Range(0, 30).Except([0, 1, 5, 6, 7, 10, 21]), await IdsAsync(Commit(tasks, second, 4)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task NothingToDelete_WritesNothing(int version)
    {
        RowDeletes deletes = await DeleteAsync(Target(version), await FilesAsync(), "f1 > 100");
        Assert.Empty(deletes.Added);
        Assert.False(Directory.Exists(PathOf("data")));
    }
}
