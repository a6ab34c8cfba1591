using System.Collections.Specialized;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class RowReaderTests : EngineFixture
{
    private async Task<object?> ValueAsync(string sql, IcebergType? type = null) =>
        (await RowReader.ReadAllAsync(Session, $"SELECT {sql}", type is null ? [] : [new NestedField(1, "v", type)], ValueForm.User, default))[0][0];

    [Fact]
    public async Task User_FormsOfPrimitives()
    {
        Assert.Equal(true, await ValueAsync("true"));
        Assert.Equal(5, await ValueAsync("5::TINYINT"));
        Assert.Equal(-70000, await ValueAsync("-70000"));
        Assert.Equal(5L, await ValueAsync("5::BIGINT"));
        Assert.Equal(1.5f, await ValueAsync("1.5::FLOAT"));
        Assert.Equal("a rather long text \U0001F600", await ValueAsync("'a rather long text \U0001F600'"));
        Assert.Equal("", await ValueAsync("''"));
        Assert.Equal(new byte[] { 0, 255 }, await ValueAsync("'\\x00\\xFF'::BLOB"));
        Assert.Equal(Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), await ValueAsync("'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID"));
        Assert.Null(await ValueAsync("NULL"));
        Assert.Equal(12m, await ValueAsync("sum(x) FROM range(4, 6) t(y), (SELECT 6::BIGINT AS x)"));
    }

    [Fact]
    public async Task User_FormsOfTimes()
    {
        Assert.Equal(new DateOnly(1969, 12, 31), await ValueAsync("DATE '1969-12-31'"));
        Assert.Equal(new TimeOnly(23, 59, 59, 999, 999), await ValueAsync("TIME '23:59:59.999999'"));
        var timestamp = Assert.IsType<DateTime>(await ValueAsync("TIMESTAMP '1969-12-31 23:59:59.999999'"));
        Assert.Equal((new DateTime(1969, 12, 31, 23, 59, 59, 999, 999), DateTimeKind.Unspecified), (timestamp, timestamp.Kind));
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), await ValueAsync("TIMESTAMPTZ '2024-01-02 04:04:05+01'"));
        Assert.Equal(new DateTime(2024, 1, 2).AddTicks(1), await ValueAsync("TIMESTAMP_NS '2024-01-02 00:00:00.000000100'"));
        Assert.IsType<DateTimeOffset>(await ValueAsync("TIMESTAMP_NS '2024-01-02 00:00:00'", IcebergType.TimestampTzNs));
    }

    [Theory]
    [InlineData("TIMESTAMP_NS '2024-01-02 00:00:00.000000001'", "2024-01-02T00:00:00.000000001")]
    [InlineData("DATE '12345-06-07'", "+12345-06-07")]
    [InlineData("DATE '0044-03-15 (BC)'", "-0043-03-15")]
    [InlineData("TIMESTAMP '12345-01-01 00:00:00.5'", "+12345-01-01T00:00:00.500000")]
    [InlineData("'79228162514264337593543950336'::DECIMAL(38,0)", "79228162514264337593543950336")]
    [InlineData("'-0.000000000000000000000000000001'::DECIMAL(38,30)", "-0.000000000000000000000000000001")]
    [InlineData("'-170141183460469231731687303715884105728'::HUGEINT", "-170141183460469231731687303715884105728")]
    public async Task User_ValuesBeyondTheClrTypeAreText(string sql, string text) => Assert.Equal(text, await ValueAsync(sql));

    [Theory]
    [InlineData("'79228162514264337593543950335'::DECIMAL(38,0)", "79228162514264337593543950335")]
    [InlineData("'-1.50'::DECIMAL(4,2)", "-1.50")]
    [InlineData("'0.0000000001'::DECIMAL(18,10)", "0.0000000001")]
    [InlineData("'-123456789.99'::DECIMAL(38,2)", "-123456789.99")]
    public async Task User_DecimalsKeepTheirScale(string sql, string text) =>
        Assert.Equal(text, Assert.IsType<decimal>(await ValueAsync(sql)).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task User_FormsOfNestedValues()
    {
        var pair = Assert.IsType<StructValue>(await ValueAsync("{'a': 1, 'b': NULL::INT}"));
        Assert.Equal("a,b", string.Join(",", pair.Names));
        Assert.Equal((1, null), (pair["a"], pair["b"]));
        Assert.Equal(new object?[] { 1, null, 3 }, await ValueAsync("[1, NULL, 3]"));
        var map = Assert.IsType<OrderedDictionary>(await ValueAsync("MAP {'z': [1], 'a': NULL}"));
        Assert.Equal(["z", "a"], map.Keys.Cast<string>());
        Assert.Equal(new object?[] { 1 }, map["z"]);
        Assert.IsType<VariantValue>(await ValueAsync("{'metadata': '\\x01'::BLOB, 'value': '\\x00'::BLOB}", IcebergType.Variant));
    }

    [Fact]
    public async Task Read_ColumnsTakeTheirNamesFromTheFields()
    {
        await foreach (RowBatch batch in RowReader.ReadAsync(
            Session, "SELECT 1 AS f1, 'x' AS other", [new NestedField(1, "user_id", IcebergType.Int)], ValueForm.User, default))
            Assert.Equal(["user_id", "other"], batch.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task Read_NestedNullsAndLongListsOverManyChunks()
    {
        long sum = 0;
        int nulls = 0;
        const string Query = "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE list_transform(range(i % 100), lambda x: CASE WHEN x % 2 = 0 THEN NULL ELSE x END) END FROM range(20000) t(i)";
        await foreach (RowBatch batch in RowReader.ReadAsync(Session, Query, [], ValueForm.User, default))
        {
            for (int row = 0; row < batch.Count; row++)
            {
                if (batch[row, 0] is object?[] list) sum += list.Sum(v => v is long number ? number : 0);
                else nulls++;
            }
        }
        Assert.Equal(6667, nulls);
        Assert.Equal(Enumerable.Range(0, 20000).Where(i => i % 3 != 0).Sum(i => Enumerable.Range(0, i % 100).Where(x => x % 2 == 1).Sum()), sum);
    }
}
