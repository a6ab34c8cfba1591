using System.Collections.Immutable;
using CsCheck;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;
using DuckDB.NET.Data;

namespace DeltaTools.Core.Tests.Expressions;

public sealed class SqlFilterTests : IDisposable
{
    private readonly DuckDBConnection _duck = new("DataSource=:memory:");

    public SqlFilterTests() => _duck.Open();

    public void Dispose() => _duck.Dispose();

    [Theory]
    [InlineData("name = 'it''s'", "(\"na\"\"me\" = 'it''s')")]
    [InlineData("id IN (1, 2)", "(\"id\" IN ((1)::INTEGER, (2)::INTEGER))")]
    [InlineData("d > 5", "(\"d\" > '5'::DOUBLE AND \"d\" <= 'Infinity'::DOUBLE)")]
    [InlineData("d < 5 OR d IS NAN", "((\"d\" < '5'::DOUBLE) OR isnan(\"d\"))")]
    [InlineData("s.x IS NULL AND id <> 1", "((struct_extract(\"s\", 'x') IS NULL) AND (\"id\" <> (1)::INTEGER))")]
    [InlineData("name LIKE 'a\\_%b' ESCAPE '\\'", "(\"na\"\"me\" LIKE 'a\\_%b' ESCAPE '\\')")]
    [InlineData("name LIKE 'a%'", "starts_with(\"na\"\"me\", 'a')")]
    [InlineData("tz = '2024-01-31T12:00:00.5+02:00'", "(\"tz\" = TIMESTAMPTZ '2024-01-31 10:00:00.5+00')")]
    public void Render_QuotesNamesAndConstants(string filter, string expected)
    {
        var schema = Schema.Of(
            new NestedField(1, "id", IcebergType.Int), new NestedField(2, "na\"me", IcebergType.String), new NestedField(3, "d", IcebergType.Double),
            new NestedField(4, "s", new StructType([new NestedField(5, "x", IcebergType.Int)])), new NestedField(6, "tz", IcebergType.TimestampTz));

        Predicate bound = Binder.Bind(FilterParser.Parse(filter.Replace("name", "\"na\"\"me\"", StringComparison.Ordinal)), schema);

        Assert.Equal(expected, SqlFilter.Render(bound, schema));
    }

    [Fact]
    public void Render_SelectsTheSameRowsInDuckDb()
    {
        RandomFilters.Schemas.SelectMany(schema => Gen.Select(Gen.Const(schema), RandomFilters.Row(schema).Array[1, 30], RandomFilters.Predicates(schema).Array[1, 30]))
            .Sample((schema, rows, predicates) =>
            {
                CreateTable(schema, rows);
                foreach (Predicate predicate in predicates)
                {
                    Predicate bound = Binder.Bind(predicate, schema);
                    string sql = SqlFilter.Render(bound, schema);
                    int[] expected = [.. rows.Index().Where(r => RowFilter.Matches(bound, id => r.Item[id])).Select(r => r.Index)];
                    int[] actual = Query($"SELECT n FROM t WHERE {sql} ORDER BY n");
                    Assert.True(expected.SequenceEqual(actual), $"{predicate}\n{sql}\nexpected {string.Join(',', expected)}\nactual {string.Join(',', actual)}");
                }
            }, iter: 150, threads: 1);
    }

    [Fact]
    public void Render_TakesLongListsAndDeepNesting()
    {
        var schema = Schema.Of(new NestedField(1, "c", IcebergType.Int));
        CreateTable(schema, [ImmutableDictionary<int, object?>.Empty.Add(1, 7)]);
        string list = string.Join(", ", Enumerable.Range(0, 10_000));
        string chain = string.Join(" OR ", Enumerable.Range(0, 10_000).Select(i => $"c <= {-i} OR c = {i}"));
        string deep = string.Concat(Enumerable.Repeat("(c < 0 OR (c > 0 AND ", 240)) + "c = 7" + new string(')', 480);

        Assert.All([$"c IN ({list})", $"NOT c NOT IN ({list})", chain, deep], filter =>
            Assert.Equal([0], Query($"SELECT n FROM t WHERE {SqlFilter.Render(Binder.Bind(FilterParser.Parse(filter), schema), schema)}")));
    }

    private void CreateTable(Schema schema, ImmutableDictionary<int, object?>[] rows)
    {
        string columns = string.Join(", ", schema.Fields.Select(f => $"{SqlLiteral.Name(f.Name)} {Type(f.Type)}"));
        Execute($"CREATE OR REPLACE TABLE t (n INTEGER, {columns})");
        IEnumerable<string> values = rows.Select((row, n) => $"({n}, {string.Join(", ", schema.Fields.Select(f => Constant(f.Type, f.Id, row)))})");
        Execute($"INSERT INTO t VALUES {string.Join(", ", values)}");
    }

    private static string Constant(IcebergType type, int id, ImmutableDictionary<int, object?> row) => type is StructType inner
        ? $"{{{string.Join(", ", inner.Fields.Select(f => $"{SqlLiteral.Text(f.Name)}: {Constant(f.Type, f.Id, row)}"))}}}"
        : row[id] is { } value ? SqlLiteral.Of(value, type) : $"NULL::{Type(type)}";

    private static string Type(IcebergType type) => type switch
    {
        StructType inner => $"STRUCT({string.Join(", ", inner.Fields.Select(f => $"{SqlLiteral.Name(f.Name)} {Type(f.Type)}"))})",
        DecimalType d => $"DECIMAL({d.Precision},{d.Scale})",
        _ => type.Id switch
        {
            TypeId.Int => "INTEGER",
            TypeId.Long => "BIGINT",
            TypeId.String => "VARCHAR",
            TypeId.Fixed or TypeId.Binary => "BLOB",
            TypeId.TimestampTz => "TIMESTAMPTZ",
            TypeId.TimestampNs or TypeId.TimestampTzNs => "TIMESTAMP_NS",
            _ => type.Id.ToString().ToUpperInvariant(),
        },
    };

    private void Execute(string sql)
    {
        using DuckDBCommand command = _duck.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private int[] Query(string sql)
    {
        using DuckDBCommand command = _duck.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<int> result = [];
        while (reader.Read()) result.Add(reader.GetInt32(0));
        return [.. result];
    }
}
