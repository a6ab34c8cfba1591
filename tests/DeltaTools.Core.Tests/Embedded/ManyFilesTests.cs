using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class ManyFilesTests : EngineFixture
{
    [Fact]
    public async Task Read_ManyFilesKeepTheirOwnValues()
    {
        const int Count = 200;
        var spec = new PartitionSpec(1, [PartitionField.Of(2, 1000, "p", Transform.Identity)]);
        FileScanTask first = await FileAsync("0.parquet", "SELECT 7::INT AS a UNION ALL SELECT 8", "a: 1");
        FileScanTask other = await FileAsync("other.parquet", "SELECT 9::BIGINT AS a", "a: 1");
        ImmutableArray<FileScanTask> tasks =
        [
            .. Enumerable.Range(0, Count).Select(i =>
            {
                string path = PathOf($"{i}.parquet");
                if (i > 0) File.Copy(PathOf("0.parquet"), path);
                return new FileScanTask(first.File with { FilePath = path, SpecId = 1, Partition = PartitionTuple.Of($"v{i}"), FirstRowId = 10 * i }, i, spec, []);
            }),
        ];
        tasks = tasks.Insert(3, other with { File = other.File with { FirstRowId = 5000 } });

        List<object?[]> rows = await ReadAsync(new ScanInput
        {
            Tasks = tasks,
            Columns = [new(1, "a", IcebergType.Long), new(2, "p", IcebergType.String), MetadataColumns.File, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber],
            WithRowKey = true,
        });

        Assert.Equal(2 * Count + 1, rows.Count);
        foreach (object?[] row in rows)
        {
            int ordinal = (int)((long)row[5]! >> Sql.PositionBits);
            long position = (long)row[5]! & Sql.PositionMask;
            FileScanTask task = tasks[ordinal];
            Assert.Equal(ordinal == 3 ? 9L : 7 + position, row[0]);
            Assert.Equal(ordinal == 3 ? null : task.File.Partition[0], row[1]);
            Assert.Equal((task.File.FilePath, task.File.FirstRowId + position, task.SequenceNumber), ((string)row[2]!, (long?)row[3], (long)row[4]!));
        }
    }

    [Fact]
    public async Task Read_PositionsStayTrueWhenRowGroupsAreSkipped()
    {
        await Session.ExecuteAsync(
            $"COPY (SELECT i::BIGINT AS a FROM range(20000) t(i)) TO {Sql.Text(PathOf("g.parquet"))} (FORMAT parquet, ROW_GROUP_SIZE 2048, FIELD_IDS {{a: 1}})", default);
        var task = new FileScanTask(Data("g.parquet", 20000), 1, PartitionSpec.Unpartitioned, []);
        List<object?[]> rows = await ReadAsync(new ScanInput
        {
            Tasks = [task, task],
            Columns = [new(1, "a", IcebergType.Long), MetadataColumns.Pos],
            FilterSql = "f1 BETWEEN 9000 AND 9500 OR f1 = 19999",
            WithRowKey = true,
        });
        Assert.Equal(1004, rows.Count);
        Assert.All(rows, r => Assert.Equal((r[0], (long)r[0]!), (r[1], (long)r[2]! & Sql.PositionMask)));
    }
}
