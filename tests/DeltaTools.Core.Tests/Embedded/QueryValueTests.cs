using System.Collections.Specialized;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Query;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Every type that the engine can return comes as a value or as text.</summary>
public sealed class QueryValueTests : EngineFixture
{
    public static TheoryData<string, string, object> Types => new()
    {
        { "ARRAY", "[1, 2]::INTEGER[2]", new object?[] { 1, 2 } },
        { "BIGINT", "5::BIGINT", 5L },
        { "BIGNUM", "'-123456789012345678901234567890123456789012345'::BIGNUM", "-123456789012345678901234567890123456789012345" },
        { "BIT", "'0101'::BIT", "0101" },
        { "BOOLEAN", "true", true },
        { "DATE", "DATE '2024-02-29'", new DateOnly(2024, 2, 29) },
        { "DECIMAL", "1.50", 1.50m },
        { "DOUBLE", "'-Infinity'::DOUBLE", double.NegativeInfinity },
        { "FLOAT", "1.5::FLOAT", 1.5f },
        { "GEOMETRY", "'POINT (1 2)'::GEOMETRY", "POINT (1 2)" },
        { "UUID", "'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID", Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7") },
        { "HUGEINT", "123456789012345678901234567::HUGEINT", 123456789012345678901234567m },
        { "INTEGER", "5", 5 },
        { "TINYINT", "5::TINYINT", 5 },
        { "SMALLINT", "5::SMALLINT", 5 },
        { "INTERVAL", "INTERVAL 36 HOURS", TimeSpan.FromHours(36) },
        { "TIME", "TIME '12:34:56'", new TimeOnly(12, 34, 56) },
        { "TIME_NS", "'12:34:56.123456789'::TIME_NS", "12:34:56.123456789" },
        { "TIMESTAMP", "TIMESTAMP '2024-02-29 12:34:56'", new DateTime(2024, 2, 29, 12, 34, 56) },
        { "TIMESTAMP_S", "TIMESTAMP_S '2024-02-29 12:34:56'", new DateTime(2024, 2, 29, 12, 34, 56) },
        { "TIMESTAMP_MS", "TIMESTAMP_MS '2024-02-29 12:34:56'", new DateTime(2024, 2, 29, 12, 34, 56) },
        { "TIMESTAMP_NS", "TIMESTAMP_NS '2024-02-29 12:34:56'", new DateTime(2024, 2, 29, 12, 34, 56) },
        { "TIME WITH TIME ZONE", "'12:34:56+02:30'::TIMETZ", "12:34:56+02:30" },
        { "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ '2024-02-29 12:34:56+02'", new DateTimeOffset(2024, 2, 29, 10, 34, 56, TimeSpan.Zero) },
        { "USMALLINT", "65535::USMALLINT", 65535 },
        { "UINTEGER", "4294967295::UINTEGER", uint.MaxValue },
        { "UBIGINT", "18446744073709551615::UBIGINT", ulong.MaxValue },
        { "UHUGEINT", "'340282366920938463463374607431768211455'::UHUGEINT", "340282366920938463463374607431768211455" },
        { "UTINYINT", "255::UTINYINT", 255 },
        { "UNION", "union_value(num := 2)", "2" },
        { "BLOB", "'\\x00\\xFF'::BLOB", new byte[] { 0, 255 } },
        { "VARCHAR", "'é'", "é" },
        { "ENUM", "'b'::ENUM('a', 'b')", "b" },
        { "LIST", "[1, NULL]", new object?[] { 1, null } },
        { "MAP", "MAP {'a': 1}['a']", 1 },
        { "STRUCT", "{'a': 1}", new StructValue(["a"], [1]) },
        { "VARIANT", "42::VARIANT", "42" },
        { "TYPE", "get_type(1)", "INTEGER" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public async Task EveryType_HasAValue(string type, string sql, object value)
    {
        Assert.NotEmpty(type);
        Assert.Equal(value, await ValueAsync(sql));
        Assert.Null(await ValueAsync($"CASE WHEN random() > 2 THEN {sql} END"));
    }

    [Fact]
    public async Task EveryType_IsTested()
    {
        List<object?[]> types = await RowReader.ReadAllAsync(Session, "SELECT DISTINCT logical_type FROM duckdb_types() WHERE internal AND logical_type <> 'NULL'", [], ValueForm.User, default);
        Assert.Equal(types.Select(t => (string)t[0]!).Order(StringComparer.Ordinal), Types.Select(row => (string)((object[])row)[0]).Order(StringComparer.Ordinal));
        List<object?[]> rows = await RowsAsync("SELECT * FROM test_all_types()");
        Assert.Equal(3, rows.Count);
        Assert.All(rows[2], Assert.Null);
        Assert.All(rows[0].Concat(rows[1]), Assert.NotNull);
    }

    [Theory]
    [InlineData("'infinity'::DATE", "infinity")]
    [InlineData("'-infinity'::DATE", "-infinity")]
    [InlineData("'infinity'::TIMESTAMP", "infinity")]
    [InlineData("'-infinity'::TIMESTAMPTZ", "-infinity")]
    [InlineData("'infinity'::TIMESTAMP_NS", "infinity")]
    [InlineData("'-infinity'::TIMESTAMP_MS", "-infinity")]
    [InlineData("'infinity'::TIMESTAMP_S", "infinity")]
    [InlineData("DATE '0044-03-15 (BC)'", "-0043-03-15")]
    [InlineData("DATE '5877642-06-25 (BC)'", "-5877641-06-25")]
    [InlineData("TIMESTAMP '294247-01-10 04:00:54.775806'", "+294247-01-10T04:00:54.775806")]
    [InlineData("TIME '24:00:00'", "24:00:00.000000")]
    [InlineData("INTERVAL 14 MONTHS", "1 year 2 months")]
    [InlineData("INTERVAL '-1 month 2 days 03:04:05.5'", "-1 month 2 days 03:04:05.500000")]
    [InlineData("to_days(2147483647)", "2147483647 days")]
    public async Task Extremes_AreText(string sql, string text) => Assert.Equal(text, await ValueAsync(sql));

    [Fact]
    public async Task OddTypes_InsideOthersKeepTheirShape()
    {
        Assert.Equal("(1, b, (x))", await ValueAsync("row(1, 'b'::ENUM('a', 'b'), row('x'))"));
        Assert.Equal(new StructValue(["e", "d", "when"], ["a", 1.5m, new DateOnly(2024, 1, 1)]), await ValueAsync("{'e': 'a'::ENUM('a'), 'd': 1.5, 'when': DATE '2024-01-01'}"));
        Assert.Equal(new object?[] { "01", null }, await ValueAsync("['01'::BIT, NULL]"));
        Assert.Equal("a", Assert.IsType<OrderedDictionary>(await ValueAsync("MAP {1: 'a'::ENUM('a')}"))[(object)1]);
        Assert.Equal(new object?[] { 1, 2 }, await ValueAsync("row(1, 2)"));
    }

    [Fact]
    public async Task OddTypes_KeepNamesAndOrder()
    {
        List<RowBatch> batches = [];
        using DuckResult result = await ReadableResult.StartAsync(
            Session, "", "SELECT i AS \"a \"\"b\", i::BIT AS a, (i % 2)::VARCHAR::ENUM('0', '1') AS a FROM range(10, 5000) r(i) ORDER BY i % 7, i", default);
        await foreach (RowBatch batch in RowReader.ReadAsync(result, [], ValueForm.User, default)) batches.Add(batch);
        Assert.Equal(["a \"b", "a", "a"], batches[0].Columns.Select(c => c.Name));
        Assert.Equal(Enumerable.Range(10, 4990).OrderBy(i => i % 7).ThenBy(i => i).Select(i => (object)(long)i), batches.SelectMany(b => Enumerable.Range(0, b.Count).Select(r => b[r, 0])));
    }

    private async Task<object?> ValueAsync(string sql) => (await RowsAsync($"SELECT {sql}"))[0][0];

    private async Task<List<object?[]>> RowsAsync(string sql)
    {
        List<object?[]> rows = [];
        using DuckResult result = await ReadableResult.StartAsync(Session, "", sql, default);
        await foreach (RowBatch batch in RowReader.ReadAsync(result, [], ValueForm.User, default))
        {
            for (int i = 0; i < batch.Count; i++) rows.Add(batch.Row(i));
        }
        return rows;
    }
}
