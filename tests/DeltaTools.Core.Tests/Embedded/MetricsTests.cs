using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class MetricsTests : EngineFixture
{
    /// <summary>Counts and bounds of the primitive columns against the rows; the file must hold all of them.</summary>
    internal static void Check(DataFile file, Schema schema, object?[][] rows)
    {
        for (int i = 0; i < schema.Fields.Length; i++)
        {
            NestedField field = schema.Fields[i];
            if (!field.Type.IsPrimitive) continue;
            object[] values = [.. rows.Select(r => r[i]).OfType<object>()];
            object[] numbers = [.. values.Where(v => v is not (float.NaN or double.NaN)).Order(ValueComparer.Instance)];
            ColumnMetrics metrics = file.Metrics;
            Assert.Equal(rows.Length, metrics.ValueCounts[field.Id]);
            Assert.Equal(rows.Length - values.Length, metrics.NullValueCounts[field.Id]);
            Assert.True(metrics.ColumnSizes[field.Id] > 0);
            Assert.Equal(field.Type.Id is TypeId.Float or TypeId.Double, metrics.NanValueCounts.ContainsKey(field.Id));
            if (metrics.NanValueCounts.TryGetValue(field.Id, out long nans)) Assert.Equal(values.Length - numbers.Length, nans);
            Assert.Equal(Hex(Bounds.Lower(field.Type, Covering(numbers.FirstOrDefault(), -0f, -0d))), Hex(metrics.LowerBounds.GetValueOrDefault(field.Id)));
            Assert.Equal(Hex(Bounds.Upper(field.Type, Covering(numbers.LastOrDefault(), 0f, 0d))), Hex(metrics.UpperBounds.GetValueOrDefault(field.Id)));
        }
    }

    private static object? Covering(object? bound, float single, double twice) => bound switch { 0f => single, 0d => twice, _ => bound };

    private static string Hex(byte[]? bytes) => bytes is null ? "none" : Convert.ToHexString(bytes);

    [Fact]
    public async Task Metrics_CountLeavesOfNestedColumnsWithoutBoundsInListsAndMaps()
    {
        var inner = new StructType([new(3, "x", IcebergType.Double), new(4, "y", IcebergType.String)]);
        Schema schema = Schema.Of(
            new NestedField(1, "s", inner), new NestedField(5, "l", ListType.Of(6, IcebergType.Float)),
            new NestedField(7, "m", MapType.Of(8, IcebergType.String, 9, IcebergType.Double)));
        var target = new WriteTarget { Schema = schema, DataLocation = new Uri(PathOf("d")).AbsoluteUri };
        DataFile file = Assert.Single(await DataFileWriter.WriteAsync(Session, Store, target,
            """
            SELECT {'x': 1.5::DOUBLE, 'y': 'b'} AS f1, [1::FLOAT, 'nan'::FLOAT, NULL] AS f5, MAP {'k': 'nan'::DOUBLE} AS f7
            UNION ALL SELECT {'x': 'nan'::DOUBLE, 'y': 'a'}, [], MAP {} UNION ALL SELECT NULL, NULL, NULL
            """, default));

        ColumnMetrics metrics = file.Metrics;
        Assert.Equal([3, 4, 6, 8, 9], metrics.ColumnSizes.Keys);
        Assert.Equal((3, 3), (metrics.ValueCounts[3], metrics.ValueCounts[4]));
        Assert.Equal((1, 1), (metrics.NullValueCounts[3], metrics.NullValueCounts[4]));
        Assert.Equal((1, 1, 1), (metrics.NanValueCounts[3], metrics.NanValueCounts[6], metrics.NanValueCounts[9]));
        Assert.Equal([3, 4], metrics.LowerBounds.Keys);
        Assert.Equal(1.5, SingleValue.FromBytes(IcebergType.Double, metrics.UpperBounds[3]));
        Assert.Equal("a", SingleValue.FromBytes(IcebergType.String, metrics.LowerBounds[4]));
        Assert.Equal(4, Assert.Single(file.SplitOffsets));
    }

    [Fact]
    public async Task Inspect_ForeignFileIsDescribedByNameMapping()
    {
        await FileAsync("f.parquet",
            """
            SELECT 1::INT AS id, 2.5::DOUBLE AS x, [{'y': 7::INT}] AS l, MAP {'k': 'nan'::DOUBLE} AS m, 'z' AS extra
            UNION ALL SELECT 5, 'nan'::DOUBLE, [], MAP {}, NULL
            """, "");
        Schema schema = Schema.Of(
            new NestedField(11, "id", IcebergType.Long), new NestedField(12, "x", IcebergType.Double),
            new NestedField(13, "l", ListType.Of(14, new StructType([new(15, "y", IcebergType.Int)]))),
            new NestedField(16, "m", MapType.Of(17, IcebergType.String, 18, IcebergType.Double)));

        ParquetFile file = await ParquetFile.InspectAsync(Session, Store, PathOf("f.parquet"), schema, null, default);

        Assert.False(file.HasFieldIds);
        Assert.Equal("11,12,13,16", string.Join(",", file.ColumnIds));
        Assert.Equal("extra", Assert.Single(file.UnknownColumns));
        ColumnMetrics metrics = file.File.Metrics;
        Assert.Equal([11, 12, 15, 17, 18], metrics.ValueCounts.Keys);
        Assert.Equal([12, 18], metrics.NanValueCounts.Keys);
        Assert.Equal([1L, 1L], metrics.NanValueCounts.Values);
        Assert.Equal(5L, SingleValue.FromBytes(IcebergType.Long, metrics.UpperBounds[11]));
        Assert.Equal(2.5, SingleValue.FromBytes(IcebergType.Double, metrics.UpperBounds[12]));
        Assert.Equal(2, file.File.RecordCount);
        Assert.Equal([11, 12], metrics.LowerBounds.Keys);
    }
}
