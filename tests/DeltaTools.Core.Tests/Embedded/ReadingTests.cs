using DeltaTools.Core.Embedded.Reading;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class ReadingTests : EngineFixture
{
    private static NestedField Field(int id, string name, IcebergType type, object? initial = null) => new(id, name, type, InitialDefault: initial);

    [Fact]
    public async Task Read_WidensRenamesAndFillsDefaultsAcrossFiles()
    {
        FileScanTask old = await FileAsync("old.parquet", "SELECT 1::INT AS id, 1.5::FLOAT AS x, 1.25::DECIMAL(9,2) AS d", "id: 1, x: 2, d: 3");
        FileScanTask @new = await FileAsync("new.parquet", "SELECT 'n' AS note, 2::BIGINT AS key, 2.5::DOUBLE AS x, 2.25::DECIMAL(20,2) AS d",
            "note: 4, key: 1, x: 2, d: 3");

        List<object?[]> rows = await ReadAsync([old, @new],
            Field(1, "key", IcebergType.Long), Field(4, "note", IcebergType.String, "none"),
            Field(2, "x", IcebergType.Double), Field(3, "d", IcebergType.Decimal(20, 2)), MetadataColumns.Pos);

        Assert.Equal("1,none,1.5,1.25,0; 2,n,2.5,2.25,0", Show(rows));
        Assert.IsType<long>(rows[0][0]);
    }

    [Fact]
    public async Task Read_EvolvesNestedFields()
    {
        FileScanTask file = await FileAsync("f.parquet",
            """
            SELECT [{'a': 1, 'gone': 'x'}, NULL] AS l, MAP {'k': {'v': 1::INT}} AS m, {'b': 1::INT, 'a': 'y'} AS s
            UNION ALL SELECT NULL, NULL, NULL
            """,
            """
            l: {__duckdb_field_id: 1, element: {__duckdb_field_id: 2, a: 3, gone: 4}}, m: {__duckdb_field_id: 5, key: 6,
            value: {__duckdb_field_id: 7, v: 8}}, s: {__duckdb_field_id: 9, b: 10, a: 11}
            """);
        var element = new StructType([Field(3, "renamed", IcebergType.Long), Field(12, "added", IcebergType.Int, 7)]);
        var value = new StructType([Field(8, "v", IcebergType.Long)]);
        var reordered = new StructType([Field(11, "a", IcebergType.String), Field(10, "B", IcebergType.Long)]);

        List<object?[]> rows = await ReadAsync([file],
            Field(1, "l", ListType.Of(2, element)), Field(5, "m", MapType.Of(6, IcebergType.String, 7, value)), Field(9, "s", reordered));

        Assert.Equal("[[1,7],-],{k=[1]},[y,1]; -,-,-", Show(rows));
    }

    [Fact]
    public async Task Read_AbsentColumnTakesIdentityPartitionValueThenDefault()
    {
        var spec = new PartitionSpec(1, [PartitionField.Of(2, 1000, "region", Transform.Identity)]);
        FileScanTask a = await FileAsync("a.parquet", "SELECT 1 AS id", "id: 1", spec, PartitionTuple.Of("north"));
        FileScanTask b = await FileAsync("b.parquet", "SELECT 2 AS id", "id: 1", spec, PartitionTuple.Of((object?)null));
        FileScanTask c = await FileAsync("c.parquet", "SELECT 3 AS id", "id: 1");

        List<object?[]> rows = await ReadAsync([a, b, c],
            Field(1, "id", IcebergType.Int), Field(2, "region", IcebergType.String, "unset"), MetadataColumns.SpecId);

        Assert.Equal("1,north,1; 2,-,1; 3,unset,0", Show(rows));
    }

    [Fact]
    public async Task Read_FileWithoutIdsIsReadByMappingElseByPosition()
    {
        FileScanTask file = await FileAsync("f.parquet", "SELECT 1 AS a, {'x': 2, 'y': 3} AS s", "");
        NestedField a = Field(1, "renamed", IcebergType.Int), s = Field(2, "s", new StructType([Field(3, "y", IcebergType.Int)]));
        var mapping = new NameMapping([new(2, ["s"], [new(3, ["x"], [])]), new(1, ["a", "renamed"], [])]);

        Assert.Equal("1,[3]", Show(await ReadAsync([file], a, s)));
        Assert.Equal("1,[2]", Show(await ReadAsync(new ScanInput { Tasks = [file], Columns = [a, s], NameMapping = mapping })));
    }

    [Fact]
    public async Task Read_ColumnsThatDifferInCaseOnlyAreKeptApart()
    {
        FileScanTask file = await FileAsync("f.parquet", "SELECT 1 AS a, 2 AS b", "a: 1, b: 2");
        Assert.Equal("2,1", Show(await ReadAsync([file], Field(2, "user_id", IcebergType.Int), Field(1, "uSeR_Id", IcebergType.Int))));
    }

    [Fact]
    public async Task Read_PathsAreNoPatternsAndNoHivePartitions()
    {
        Directory.CreateDirectory(PathOf("p=1"));
        FileScanTask file = await FileAsync("p=1/it's [a] *.parquet", "SELECT 1 AS a", "a: 1");
        file = file with { File = file.File with { FilePath = PathOf("p=1/it's [a] *.parquet") } };
        Assert.Equal("1,0", Show(await ReadAsync([file], Field(1, "a", IcebergType.Int), MetadataColumns.Pos)));
    }

    [Fact]
    public async Task Read_RowLineageIsStoredOrInheritedOrNull()
    {
        FileScanTask inherits = await FileAsync("a.parquet", "SELECT 'a' AS x UNION ALL SELECT 'b'", "x: 1", sequence: 5);
        inherits = inherits with { File = inherits.File with { FirstRowId = 100 } };
        FileScanTask stores = await FileAsync("b.parquet", "SELECT 'c' AS x, 7::BIGINT AS r, 2::BIGINT AS s UNION ALL SELECT 'd', NULL, NULL",
            "x: 1, r: 2147483540, s: 2147483539", sequence: 6);
        stores = stores with { File = stores.File with { FirstRowId = 200 } };
        FileScanTask old = await FileAsync("c.parquet", "SELECT 'e' AS x", "x: 1", sequence: 4);

        List<object?[]> rows = await ReadAsync([inherits, stores, old],
            Field(1, "x", IcebergType.String), MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber);

        Assert.Equal("a,100,5; b,101,5; c,7,2; d,201,6; e,-,-", Show(rows.OrderBy(r => r[0])));
    }

    [Fact]
    public async Task Read_AppliesFilterAndNoFileGivesNoRow()
    {
        FileScanTask file = await FileAsync("a.parquet", "SELECT i::INT AS x FROM range(10) t(i)", "x: 1");
        NestedField x = Field(1, "x", IcebergType.Int);
        Assert.Equal("7; 8; 9", Show(await ReadAsync(new ScanInput { Tasks = [file], Columns = [x], FilterSql = "f1 > 6" })));
        Assert.Empty(await ReadAsync(new ScanInput { Tasks = [], Columns = [x], FilterSql = "f1 > 6", WithRowKey = true }));
    }

    [Fact]
    public async Task Read_OrcIsRefusedByName()
    {
        FileScanTask file = await FileAsync("a.parquet", "SELECT 1 AS x", "x: 1");
        file = file with { File = file.File with { Format = FileFormat.Orc } };
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync([file], Field(1, "x", IcebergType.Int)));
        Assert.Equal(IcebergErrorKind.Unsupported, e.Kind);
        Assert.Contains("a.parquet", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(200)]
    public async Task Read_CutFileIsCorruptAndNamed(int length)
    {
        FileScanTask file = await FileAsync("a.parquet", "SELECT i AS x FROM range(1000) t(i)", "x: 1");
        byte[] bytes = await File.ReadAllBytesAsync(PathOf("a.parquet"));
        await File.WriteAllBytesAsync(PathOf("a.parquet"), bytes[..length]);
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync([file], Field(1, "x", IcebergType.Long)));
        Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
        Assert.Contains("a.parquet", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_BrokenPageIsCorruptAndNamed()
    {
        FileScanTask good = await FileAsync("good.parquet", "SELECT 1::BIGINT AS x", "x: 1");
        FileScanTask bad = await FileAsync("bad.parquet", "SELECT hash(i)::VARCHAR AS x FROM range(10000) t(i)", "x: 1");
        byte[] bytes = await File.ReadAllBytesAsync(PathOf("bad.parquet"));
        bytes.AsSpan(4, 2000).Fill(0xEE);
        await File.WriteAllBytesAsync(PathOf("bad.parquet"), bytes);
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync([good, bad], Field(1, "x", IcebergType.String)));
        Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
        Assert.Contains("bad.parquet", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MissingFileIsCorruptAndNamed()
    {
        FileScanTask file = await FileAsync("a.parquet", "SELECT 1 AS x", "x: 1");
        File.Delete(PathOf("a.parquet"));
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync([file], Field(1, "x", IcebergType.Int)));
        Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
    }
}
