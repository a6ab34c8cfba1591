using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class DeleteTests : EngineFixture
{
    private const string PositionIds = "file_path: 2147483546, pos: 2147483545";
    private static readonly NestedField Id = new(1, "id", IcebergType.Int), Name = new(2, "name", IcebergType.String);

    private Task<FileScanTask> DataAsync(string name, int from, int to, long sequence = 1, PartitionSpec? spec = null, PartitionTuple? partition = null) =>
        FileAsync(name, $"SELECT i::INT AS id, 'n' || i AS name FROM range({from}, {to}) t(i)", "id: 1, name: 2", spec, partition, sequence);

    private async Task<DeleteFile> DeletesAsync(string name, string select, string ids, long sequence, params ImmutableArray<int> equalityIds)
    {
        FileScanTask made = await FileAsync(name, select, ids);
        return new(made.File with
        {
            Content = equalityIds.IsEmpty ? DataFileContent.PositionDeletes : DataFileContent.EqualityDeletes,
            EqualityIds = equalityIds,
        }, sequence);
    }

    [Fact]
    public async Task PositionDeletes_ApplyToTheirFilesOnly()
    {
        FileScanTask a = await DataAsync("a.parquet", 0, 5), b = await DataAsync("b.parquet", 5, 8), plain = await DataAsync("c.parquet", 8, 9);
        // One path is spelled as a plain path, one row names no file, one names a file that the delete file does not apply to.
        DeleteFile both = await DeletesAsync("d1.parquet",
            $"SELECT {Sql.Text(a.File.FilePath)} AS file_path, 1::BIGINT AS pos UNION ALL SELECT {Sql.Text(PathOf("b.parquet"))}, 0 "
            + $"UNION ALL SELECT NULL, NULL UNION ALL SELECT {Sql.Text(plain.File.FilePath)}, 0 UNION ALL SELECT 'elsewhere', 0", PositionIds, 2);
        DeleteFile more = await DeletesAsync("d2.parquet", $"SELECT {Sql.Text(a.File.FilePath)} AS file_path, 4::BIGINT AS pos", PositionIds, 3);

        List<object?[]> rows = await ReadAsync(new ScanInput
        {
            Tasks = [a with { Deletes = [both, more] }, plain, b with { Deletes = [both] }],
            Columns = [Id],
            WithRowKey = true,
        });

        long Key(long ordinal, long pos) => (ordinal << Sql.PositionBits) | pos;
        Assert.Equal(
            [(0, Key(0, 0)), (2, Key(0, 2)), (3, Key(0, 3)), (6, Key(2, 1)), (7, Key(2, 2)), (8, Key(1, 0))],
            rows.Select(r => ((int)r[0]!, (long)r[1]!)).Order());
    }

    [Fact]
    public async Task PositionDeletes_WithoutIdsAreReadByName()
    {
        FileScanTask a = await DataAsync("a.parquet", 0, 2);
        DeleteFile delete = await DeletesAsync("d.parquet", $"SELECT {Sql.Text(a.File.FilePath)} AS file_path, 1::BIGINT AS pos", "", 2);
        Assert.Equal("0", Show(await ReadAsync([a with { Deletes = [delete] }], Id)));
    }

    [Fact]
    public async Task EqualityDeletes_ApplyToOlderRowsNullSafely()
    {
        FileScanTask old = await FileAsync("old.parquet", "SELECT * FROM (VALUES (1::INT, 'a'), (2, NULL), (3, 'c')) v(id, name)", "id: 1, name: 2", sequence: 1);
        FileScanTask same = await FileAsync("same.parquet", "SELECT 2::INT AS id, NULL::VARCHAR AS name", "id: 1, name: 2", sequence: 2);
        DeleteFile byName = await DeletesAsync("d1.parquet", "SELECT NULL::VARCHAR AS name", "name: 2", 2, 2);
        DeleteFile byBoth = await DeletesAsync("d2.parquet", "SELECT 3::INT AS id, 'c' AS name UNION ALL SELECT 1, 'x'", "id: 1, name: 2", 2, 1, 2);
        ImmutableArray<DeleteFile> deletes = [byName, byBoth];

        List<object?[]> rows = await ReadAsync(new ScanInput
        {
            Tasks = [old with { Deletes = deletes }, same with { Deletes = deletes }],
            Columns = [Id],
            Schemas = [Schema.Of(Id, Name)],
        });

        Assert.Equal("1; 2", Show(rows.OrderBy(r => r[0])));
    }

    [Fact]
    public async Task EqualityDeletes_ReachDroppedAndPartitionColumnsWithinTheirPartition()
    {
        var spec = new PartitionSpec(1, [PartitionField.Of(3, 1000, "region", Transform.Identity)]);
        var region = new NestedField(3, "region", IcebergType.String);
        FileScanTask north = await DataAsync("n.parquet", 0, 3, 1, spec, PartitionTuple.Of("north"));
        FileScanTask south = await DataAsync("s.parquet", 0, 3, 1, spec, PartitionTuple.Of("south"));
        DeleteFile inNorth = await DeletesAsync("d1.parquet", "SELECT 'n1' AS name, 'north' AS region", "name: 2, region: 3", 2, 2, 3);
        inNorth = inNorth with { File = inNorth.File with { SpecId = 1, Partition = PartitionTuple.Of("north") } };
        DeleteFile everywhere = await DeletesAsync("d2.parquet", "SELECT 2::INT AS id", "id: 1", 2, 1);

        List<object?[]> rows = await ReadAsync(new ScanInput
        {
            Tasks = [north with { Deletes = [inNorth, everywhere] }, south with { Deletes = [everywhere] }],
            Columns = [Id, region],
            Schemas = [Schema.Of(Id, Name, region), Schema.Of(Id, region) with { SchemaId = 1 }],
        });

        Assert.Equal("0,north; 0,south; 1,south", Show(rows.OrderBy(r => r[0]).ThenBy(r => r[1])));
    }
}
