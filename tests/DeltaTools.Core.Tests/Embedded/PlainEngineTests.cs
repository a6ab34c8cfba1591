using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tests.Interop;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>DuckDB itself, without any of our reading, gets from our files what was written.</summary>
public sealed class PlainEngineTests : EngineFixture
{
    private const string Columns =
        "id int, b boolean, i int, l long, f float, d double, dec4 decimal(4,2), dec38 decimal(38,10), dt date, t time, ts timestamp, tz timestamptz, "
        + "tn timestamp_ns, s string, u uuid, fx fixed[5], bin binary, st struct<x: int, y: string>, li list<long>, m map<string, int>";

    private static readonly Schema Schema = SchemaText.Parse(Columns);

    private static readonly Func<IcebergType, object?>[] Rows = [TypeRows.Low, TypeRows.High, TypeRows.Usual, TypeRows.Odd, _ => null];

    private static object?[][] AllRows() =>
        [.. Rows.Select((value, id) => (object?[])[id, .. Schema.Fields.Skip(1).Select(f => value(f.Type))])];

    private async Task<string> WriteAsync()
    {
        WriteTarget target = new() { Schema = Schema, DataLocation = new Uri(PathOf("data")).AbsoluteUri };
        ImmutableArray<DataFile> files = await DataFileWriter.WriteAsync(Session, Store, target, RandomTables.Select(Schema, AllRows()), default);
        return $"read_parquet({Sql.Path(new Uri(Assert.Single(files).FilePath).LocalPath)})";
    }

    [Fact]
    public async Task Values_AreTheSameUnderTheirNames()
    {
        string file = await WriteAsync();
        foreach (object?[] row in AllRows())
        {
            IEnumerable<string> equal = Schema.Fields.Select((f, i) => $"{Sql.Name(f.Name)} IS NOT DISTINCT FROM {Sql.Literal(row[i], f.Type)} AS {Sql.Name(f.Name)}");
            List<object?[]> found = await RowReader.ReadAllAsync(Session, $"SELECT {string.Join(", ", equal)} FROM {file} WHERE id = {row[0]}", [], ValueForm.User, default);
            string[] wrong = [.. Schema.Fields.Where((_, i) => found[0][i] is not true).Select(f => f.Name)];
            Assert.Empty(wrong);
        }
    }

    [Fact]
    public async Task Types_AreTheNearestThatItHas()
    {
        string file = await WriteAsync();
        List<object?[]> described = await RowReader.ReadAllAsync(
            Session, $"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {file})", [], ValueForm.User, default);
        Assert.Equal(
            "id INTEGER; b BOOLEAN; i INTEGER; l BIGINT; f FLOAT; d DOUBLE; dec4 DECIMAL(4,2); dec38 DECIMAL(38,10); dt DATE; t TIME; ts TIMESTAMP; "
            + "tz TIMESTAMP WITH TIME ZONE; tn TIMESTAMP_NS; s VARCHAR; u UUID; fx BLOB; bin BLOB; st STRUCT(x INTEGER, y VARCHAR); li BIGINT[]; m MAP(VARCHAR, INTEGER)",
            string.Join("; ", described.Select(r => $"{r[0]} {r[1]}")));
    }

    [Fact]
    public async Task Names_AreThoseThatAvroAllows()
    {
        Schema schema = Schema.Of(
            new NestedField(1, "first name", IcebergType.Int),
            new NestedField(2, "2nd", new StructType([new(3, "a.b", IcebergType.Int), new(4, "c", IcebergType.Int)])),
            new NestedField(5, "first_x20name", IcebergType.Int));
        WriteTarget target = new() { Schema = schema, DataLocation = new Uri(PathOf("data")).AbsoluteUri };
        ImmutableArray<DataFile> files = await DataFileWriter.WriteAsync(
            Session, Store, target, "SELECT 1 AS f1, struct_pack(\"a.b\" := 2, c := 3) AS f2, 4 AS f5", default);
        string file = $"read_parquet({Sql.Path(new Uri(files[0].FilePath).LocalPath)})";
        List<object?[]> described = await RowReader.ReadAllAsync(
            Session, $"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {file})", [], ValueForm.User, default);
        Assert.Equal(
            ["first_x20name_f1 INTEGER", "_2nd STRUCT(a_x2Eb INTEGER, c INTEGER)", "first_x20name_f5 INTEGER"], described.Select(r => $"{r[0]} {r[1]}"));
        Assert.Equal("1,[2,3],4", Show(await ReadAsync([new(files[0], 1, PartitionSpec.Unpartitioned, [])], schema.Fields)));
    }
}
