using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tests.Expressions;

public class MetricsFilterTests
{
    private static readonly Schema _schema = Schema.Of(
        new NestedField(1, "id", IcebergType.Long), new NestedField(2, "name", IcebergType.String),
        new NestedField(3, "x", IcebergType.Double), new NestedField(4, "uid", IcebergType.Uuid), new NestedField(5, "no_stats", IcebergType.Int));

    private static DataFile File(Func<ColumnMetrics, ColumnMetrics>? change = null, long rows = 10)
    {
        var metrics = new ColumnMetrics
        {
            ValueCounts = Map(10, 10, 10, 10),
            NullValueCounts = Map(0, 3, 0, 0),
            NanValueCounts = new[] { KeyValuePair.Create(3, 2L) }.ToFieldMap(),
            LowerBounds = Bounds((1, IcebergType.Long, 100L), (2, IcebergType.String, "abc"), (3, IcebergType.Double, -0.0)),
            UpperBounds = Bounds((1, IcebergType.Long, 200L), (2, IcebergType.String, "abe"), (3, IcebergType.Double, 5.5)),
        };
        return new DataFile { FilePath = "f", RecordCount = rows, FileSizeInBytes = 1, Metrics = change?.Invoke(metrics) ?? metrics };
    }

    [Theory]
    [InlineData("id = 99", false)]
    [InlineData("id = 100", true)]
    [InlineData("id < 100", false)]
    [InlineData("id <= 100", true)]
    [InlineData("id > 200", false)]
    [InlineData("id >= 200", true)]
    [InlineData("id IN (1, 99, 201, 300)", false)]
    [InlineData("id IN (1, 150, 300)", true)]
    [InlineData("id <> 100", true)]
    [InlineData("id IS NULL", false)]
    [InlineData("name IS NULL", true)]
    [InlineData("name LIKE 'ab%'", true)]
    [InlineData("name LIKE 'abd%'", true)]
    [InlineData("name LIKE 'abf%'", false)]
    [InlineData("name LIKE 'aa%'", false)]
    [InlineData("name LIKE 'abf_x'", false)]
    [InlineData("name NOT LIKE 'ab%'", false)]
    [InlineData("name NOT LIKE 'abc%'", true)]
    [InlineData("x IS NAN", true)]
    [InlineData("x = 0.0", true)]
    [InlineData("x < 0.0", false)]
    [InlineData("x <> 1 AND id > 500", false)]
    [InlineData("x <> 1 OR id > 500", true)]
    [InlineData("no_stats = 1 AND no_stats IS NULL", true)]
    public void MayMatch_ByCountsAndBounds(string filter, bool expected) => Assert.Equal(expected, Filter(filter).MayMatch(File()));

    [Fact]
    public void MayMatch_ReadsBoundsFromBeforeTheColumnWasWidened()
    {
        DataFile file = File(m => m with { LowerBounds = Bounds((1, IcebergType.Int, 100)), UpperBounds = Bounds((1, IcebergType.Int, 200)) });

        Assert.False(Filter("id < 100").MayMatch(file));
        Assert.True(Filter("id < 101").MayMatch(file));
    }

    [Fact]
    public void MayMatch_TakesNothingButNullsForNothing()
    {
        DataFile file = File(m => m with { NullValueCounts = Map(10, 10, 8, 0), LowerBounds = FieldMap<byte[]>.Empty, UpperBounds = FieldMap<byte[]>.Empty });

        Assert.All(["id = 1", "id <> 1", "id IS NOT NULL", "id NOT IN (1, 2)", "name LIKE '%x'", "x > 1", "x IS NOT NAN"], f => Assert.False(Filter(f).MayMatch(file), f));
        Assert.All(["id IS NULL", "x IS NAN", "x IS NOT NULL", "x <> 1"], f => Assert.True(Filter(f).MayMatch(file), f));
    }

    [Fact]
    public void MayMatch_IgnoresWhatCannotBeTrusted()
    {
        DataFile file = File(m => m with
        {
            ValueCounts = Map(0, -1, 10, 10),
            NullValueCounts = Map(0, -1, 0, 0),
            LowerBounds = new[] { KeyValuePair.Create(1, new byte[3]), KeyValuePair.Create(2, new byte[] { 0xe2, 0x82 }), KeyValuePair.Create(3, SingleValue.ToBytes(IcebergType.Double, double.NaN)) }.ToFieldMap(),
            UpperBounds = Bounds((1, IcebergType.Long, 1L), (3, IcebergType.Double, 1.0)),
        });

        Assert.All(["id IS NULL", "id = 5", "name IS NULL", "name = 'a'", "x = 3"], f => Assert.True(Filter(f).MayMatch(file), f));
    }

    [Fact]
    public void MayMatch_TakesUuidBoundsInEitherOrder()
    {
        // Signed order, as older Java versions wrote: 8... is below 7...
        DataFile signed = File(m => m with
        {
            LowerBounds = Bounds((4, IcebergType.Uuid, Guid.Parse("10000000-0000-0000-8000-000000000000"))),
            UpperBounds = Bounds((4, IcebergType.Uuid, Guid.Parse("20000000-0000-0000-0000-000000000000"))),
        });

        Assert.True(Filter("uid = '10000000-0000-0000-7000-000000000000'").MayMatch(signed));
        Assert.True(Filter("uid = '10000000-0000-0000-9000-000000000000'").MayMatch(signed));
        Assert.False(Filter("uid = '30000000-0000-0000-0000-000000000000'").MayMatch(signed));
    }

    [Fact]
    public void MayMatch_SkipsFilesWithoutRows() => Assert.False(Filter("no_stats = 1").MayMatch(File(rows: 0)));

    [Fact]
    public void MayMatch_TrustsOnlyTheColumnsItIsTold()
    {
        Assert.True(Filter("id = 5").MayMatch(File(), only: [2]));
        Assert.False(Filter("id = 5").MayMatch(File(), only: [1]));
    }

    private static MetricsFilter Filter(string text) => new(Binder.Bind(FilterParser.Parse(text), _schema));

    private static FieldMap<long> Map(params long[] counts) => counts.Select((c, i) => KeyValuePair.Create(i + 1, c)).ToFieldMap();

    private static FieldMap<byte[]> Bounds(params (int Id, IcebergType Type, object Value)[] bounds) =>
        bounds.Select(b => KeyValuePair.Create(b.Id, SingleValue.ToBytes(b.Type, b.Value))).ToFieldMap();
}
