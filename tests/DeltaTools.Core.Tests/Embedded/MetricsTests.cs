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
}
