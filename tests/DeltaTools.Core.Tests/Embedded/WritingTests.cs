using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class WritingTests : EngineFixture
{
    private WriteTarget Target(Schema schema) => new() { Schema = schema, DataLocation = new Uri(PathOf("data")).AbsoluteUri };

    private Task<ImmutableArray<DataFile>> WriteAsync(WriteTarget target, string select) =>
        DataFileWriter.WriteAsync(Session, Store, target, select, default);

    private Task<List<object?[]>> ReadBackAsync(IEnumerable<DataFile> files, WriteTarget target) => ReadAsync(
        [.. files.Select(f => new FileScanTask(f, 1, target.Spec, []))], target.Columns);

    [Fact]
    public void Write_RandomTablesReadBackEqual() => RandomTables.Table.Sample(
        (schema, rows) =>
        {
            WriteTarget target = Target(schema);
            ImmutableArray<DataFile> files = WriteAsync(target, RandomTables.Select(schema, rows)).GetAwaiter().GetResult();
            List<object?[]> back = ReadBackAsync(files, target).GetAwaiter().GetResult();
            Assert.Equal(RandomTables.Sorted(rows), RandomTables.Sorted(back));
            Assert.Equal(rows.Length, files.Sum(f => f.RecordCount));
            foreach (DataFile file in files) MetricsTests.Check(file, schema, rows);
        },
        iter: 80, threads: 1);

    [Fact]
    public void Write_RandomPartitionsAreExact()
    {
        Gen<(Schema Schema, Transform Transform, object?[][] Rows)> gen =
            from type in RandomTables.Primitive
            from transform in Gen.OneOf(Transform.Identity, Transform.Year, Transform.Month, Transform.Day, Transform.Hour,
                Transform.Bucket(7), Transform.Truncate(3), Transform.Void)
            where Transforms.CanApply(transform, type)
            let schema = Schema.Of(new NestedField(1, "a", type), new NestedField(2, "b", IcebergType.Int))
            from rows in RandomTables.Rows(schema, 1, 20)
            select (schema, transform, rows);
        gen.Sample(
            (schema, transform, rows) =>
            {
                // The engine cannot floor the least long without overflow, and takes both zeros for one partition.
                if (transform is TruncateTransform) rows = [.. rows.Where(r => r[0] is not (int and < int.MinValue + 3 or long and < long.MinValue + 3))];
                if (schema.Fields[0].Type.Id is TypeId.Float or TypeId.Double) rows = [.. rows.Where(r => r[0] is not (0f or 0d))];
                var spec = new PartitionSpec(3, [PartitionField.Of(1, 1000, "p", transform)]);
                WriteTarget target = Target(schema) with { Spec = spec };
                ImmutableArray<DataFile> files = WriteAsync(target, RandomTables.Select(schema, rows)).GetAwaiter().GetResult();
                Assert.Equal(files.Length, files.Select(f => f.Partition).Distinct().Count());
                foreach (DataFile file in files)
                {
                    List<object?[]> own = ReadBackAsync([file], target).GetAwaiter().GetResult();
                    Assert.All(own, row => Assert.True(ValueComparer.Same(file.Partition[0], Transforms.Apply(transform, schema.Fields[0].Type, row[0]))));
                }
                Assert.Equal(RandomTables.Sorted(rows), RandomTables.Sorted(ReadBackAsync(files, target).GetAwaiter().GetResult()));
            },
            iter: 80, threads: 1);
    }

    [Fact]
    public async Task Write_NothingGivesNoFile()
    {
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.Int));
        foreach (WriteTarget target in (WriteTarget[])
            [
                Target(schema),
                Target(schema) with { Spec = new PartitionSpec(1, [PartitionField.Of(1, 1000, "p", Transform.Identity)]) },
                Target(schema) with { SortOrder = new SortOrder(1, [new SortField([1], Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst)]) },
            ])
        {
            Assert.Empty(await WriteAsync(target, "SELECT 1::INT AS f1 WHERE false"));
        }
        Assert.Empty(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Write_SplitsAtTheTargetSize()
    {
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.String), new NestedField(2, "b", IcebergType.Int));
        const string Rows = "SELECT md5(i::VARCHAR) AS f1, (i % 2)::INT AS f2 FROM range(500000) t(i)";
        WriteTarget plain = Target(schema) with { TargetFileSize = 4_000_000 };
        WriteTarget sorted = plain with { SortOrder = new SortOrder(1, [new SortField([1], Transform.Identity, SortDirection.Descending, NullOrder.NullsLast)]) };
        WriteTarget partitioned = plain with { Spec = new PartitionSpec(1, [PartitionField.Of(2, 1000, "b", Transform.Identity)]) };
        foreach (WriteTarget target in (WriteTarget[])[plain, sorted, partitioned])
        {
            ImmutableArray<DataFile> files = await WriteAsync(target, Rows);
            Assert.InRange(files.Length, 2, 8);
            Assert.Equal(500_000, files.Sum(f => f.RecordCount));
            Assert.All(files, f => Assert.InRange(f.FileSizeInBytes, 1, 7_000_000));
        }
    }

    [Fact]
    public async Task Write_HonoursTheSortOrder()
    {
        Schema schema = Schema.Of(new NestedField(1, "x", IcebergType.Double), new NestedField(2, "y", IcebergType.Int));
        WriteTarget target = Target(schema) with
        {
            SortOrder = new SortOrder(4,
            [
                new SortField([1], Transform.Identity, SortDirection.Descending, NullOrder.NullsFirst),
                new SortField([2], Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast),
            ]),
        };
        DataFile file = Assert.Single(await WriteAsync(target,
            """
            SELECT * FROM (VALUES (0.0::DOUBLE, 1), ('-0.0'::DOUBLE, 2), ('nan'::DOUBLE, 3), (NULL, 4), ('inf'::DOUBLE, 5), (-1.0::DOUBLE, NULL), (-1.0::DOUBLE, 7))
            v(f1, f2)
            """));
        Assert.Equal(4, file.SortOrderId);
        Assert.Equal("-,4; NaN,3; Infinity,5; 0,1; -0,2; -1,7; -1,-", Show(await ReadBackAsync([file], target)));
    }

    [Theory]
    [InlineData("SELECT NULL::INT AS f1, {'c': 1, 'd': [1]} AS f2", "Column a of")]
    [InlineData("SELECT 1 AS f1, {'c': NULL::INT, 'd': [1]} AS f2", "Column b.c of")]
    [InlineData("SELECT 1 AS f1, {'c': 1, 'd': [1, NULL]} AS f2", "Column b.d.element of")]
    [InlineData("SELECT 1 AS f1, NULL AS f2", "Column b of")]
    public async Task Write_NullInRequiredColumnIsRefusedAndLeavesNothing(string select, string message)
    {
        var b = new StructType([new(3, "c", IcebergType.Int, Required: true), new(4, "d", ListType.Of(5, IcebergType.Int, required: true))]);
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.Int, Required: true), new NestedField(2, "b", b, Required: true));
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => WriteAsync(Target(schema), select));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(IcebergErrorKind.SchemaMismatch, e.Kind);
        Assert.Empty(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Write_LeavesOutUnknownColumnsAndKeepsClashingNamesApart()
    {
        Schema schema = Schema.Of(new NestedField(1, "a", IcebergType.Int), new NestedField(2, "A", IcebergType.Int), new NestedField(3, "u", IcebergType.Unknown));
        WriteTarget target = Target(schema);
        ImmutableArray<DataFile> files = await WriteAsync(target, "SELECT 1 AS f1, 2 AS f2, NULL AS f3");
        Assert.Equal("1,2,-", Show(await ReadBackAsync(files, target)));
    }

    [Fact]
    public async Task Write_GeometryIsMarkedAsOneAndGeographyIsKept()
    {
        Schema schema = Schema.Of(new NestedField(1, "g", new GeometryType()), new NestedField(2, "h", new GeographyType()));
        WriteTarget target = Target(schema);
        const string Point = "0101000000000000000000F03F0000000000000040";
        ImmutableArray<DataFile> files = await WriteAsync(target, $"SELECT unhex('{Point}') AS f1, unhex('{Point}') AS f2 UNION ALL SELECT NULL, NULL");
        Assert.Equal($"{Point},{Point}; -,-".ToLowerInvariant(), Show(await ReadBackAsync(files, target)));
        string path = new Uri(files[0].FilePath).LocalPath;
        Assert.Equal([LogicalKind.Geometry, LogicalKind.None], ParquetFooter.ReadSchema(path).Schema.Skip(1).Select(e => e.Logical));
    }

    [Fact]
    public async Task Write_VariantIsRefused()
    {
        Schema schema = Schema.Of(new NestedField(1, "v", IcebergType.Variant));
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => WriteAsync(Target(schema), "SELECT NULL AS f1"));
        Assert.Equal(IcebergErrorKind.Unsupported, e.Kind);
    }

    [Fact]
    public async Task Write_StoresRowLineage()
    {
        WriteTarget target = Target(Schema.Of(new NestedField(1, "a", IcebergType.Int))) with { KeepsRowLineage = true };
        DataFile file = Assert.Single(await WriteAsync(target, "SELECT 1 AS f1, 42::BIGINT AS _row_id, NULL::BIGINT AS _last_updated_sequence_number"));
        List<object?[]> rows = await ReadAsync([new FileScanTask(file with { FirstRowId = 7 }, 9, PartitionSpec.Unpartitioned, [])], target.Columns);
        Assert.Equal("1,42,9", Show(rows));
    }

    [Theory]
    [InlineData("snappy")]
    [InlineData("gzip")]
    [InlineData("lz4")]
    [InlineData("brotli")]
    [InlineData("uncompressed")]
    public async Task Write_HonoursTheCodec(string codec)
    {
        WriteTarget target = Target(Schema.Of(new NestedField(1, "a", IcebergType.Int))) with { Compression = codec };
        DataFile file = Assert.Single(await WriteAsync(target, "SELECT 1 AS f1"));
        Assert.Equal("1", Show(await ReadBackAsync([file], target)));
    }

    [Fact]
    public async Task Write_UnknownCodecIsRefused()
    {
        WriteTarget target = Target(Schema.Of(new NestedField(1, "a", IcebergType.Int))) with { Compression = "zip" };
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => WriteAsync(target, "SELECT 1 AS f1"));
        Assert.Equal(IcebergErrorKind.InvalidArgument, e.Kind);
    }
}
