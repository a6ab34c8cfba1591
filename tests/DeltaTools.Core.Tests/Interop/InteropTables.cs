using System.Globalization;
using System.Numerics;
using CsCheck;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tests.Embedded;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>The tables that other implementations read.</summary>
internal static class InteropTables
{
    private const string CommonTypes =
        "id int not null, b boolean, i int, l long, f float, d double, dec4 decimal(4,2), dec9 decimal(9,0), dec18 decimal(18,5), dec38 decimal(38,10), "
        + "dt date, t time, ts timestamp, tz timestamptz, s string, u uuid, fx fixed[5], bin binary, "
        + "st struct<x: int, y: string, z: struct<q: double>>, li list<long>, ls list<struct<a: int, b: string>>, m map<string, int>, ml map<int, list<string>>";

    private const string NewTypes = ", tn timestamp_ns, tzn timestamptz_ns, nothing unknown, shape geometry";

    /// <summary>Every type, with extremes and with NULL everywhere.</summary>
    public static async Task TypesAsync(SqliteCatalog catalog, DuckSession session, string folder, int version)
    {
        Schema schema = SchemaText.Parse(version >= 3 ? CommonTypes + NewTypes : CommonTypes);
        InteropTable table = await InteropTable.CreateAsync(catalog, session, folder, $"types_v{version}", new NewTable(schema) { FormatVersion = version });
        await table.AppendAsync(Row(1, schema, TypeRows.Low), Row(2, schema, TypeRows.High), Row(3, schema, TypeRows.Usual));
        await table.AppendAsync(Row(4, schema, _ => null), Row(5, schema, TypeRows.Odd));
        await table.SaveAsync();
    }

    /// <summary>One table for each transform, over every type that it takes.</summary>
    public static async Task PartitionsAsync(SqliteCatalog catalog, DuckSession session, string folder, int version)
    {
        Schema schema = SchemaText.Parse("id int not null, i int, l long, dec decimal(9,2), dt date, ts timestamp, tz timestamptz, s string, bin binary, u uuid, t time, b boolean"
            + (version >= 3 ? ", tn timestamp_ns, tzn timestamptz_ns" : ""));
        string[] partitionings =
        [
            "i", "s", "dt", "b", "ts", "dec", "bin", "u",
            "year(dt)", "month(dt)", "day(dt)", "year(ts)", "month(ts)", "day(ts)", "hour(ts)", "year(tz)", "month(tz)", "day(tz)", "hour(tz)",
            "bucket(16, i)", "bucket(5, l)", "bucket(7, dec)", "bucket(4, dt)", "bucket(4, t)", "bucket(9, ts)", "bucket(9, tz)", "bucket(16, s)",
            "bucket(3, bin)", "bucket(6, u)", "truncate(10, i)", "truncate(100, l)", "truncate(50, dec)", "truncate(2, s)", "truncate(3, bin)", "void(i)",
            "s, day(ts), bucket(2, l)",
            .. version >= 3 ? ["hour(tn)", "day(tzn)", "bucket(4, tn)"] : Array.Empty<string>(),
        ];
        object?[][] rows =
        [
            .. Enumerable.Range(0, 12).Select(i => Row(i, schema, i switch
            {
                0 => TypeRows.Usual,
                1 => _ => null,
                2 => TypeRows.Odd,
                _ => type => TypeRows.Spread(type, i - 7),
            })),
        ];
        for (int i = 0; i < partitionings.Length; i++)
        {
            PartitionSpec spec = PartitionText.Parse([partitionings[i]], schema);
            string name = string.Create(CultureInfo.InvariantCulture, $"partitions_v{version}_{i:D2}");
            InteropTable table = await InteropTable.CreateAsync(
                catalog, session, folder, name, new NewTable(schema) { FormatVersion = version, PartitionSpec = spec });
            await table.AppendAsync(rows);
            await table.SaveAsync();
        }
    }

    /// <summary>Rows go by position deletes or deletion vectors, several times from one file, and whole files' worth of them.</summary>
    public static async Task DeletesAsync(SqliteCatalog catalog, DuckSession session, string folder, int version, bool partitioned)
    {
        Schema schema = SchemaText.Parse("id int not null, s string, n int");
        PartitionSpec spec = partitioned ? PartitionText.Parse(["n"], schema) : PartitionSpec.Unpartitioned;
        InteropTable table = await InteropTable.CreateAsync(
            catalog, session, folder, $"deletes_v{version}{(partitioned ? "_partitioned" : "")}", new NewTable(schema) { FormatVersion = version, PartitionSpec = spec });
        object?[] One(int i) => [i, i % 10 == 0 ? null : $"row {i}", i % 3];
        await table.AppendAsync([.. Enumerable.Range(0, 500).Select(One)]);
        await table.DeleteAsync("id", 0, 7, 8, 9, 499);
        await table.DeleteAsync("id", [.. Enumerable.Range(100, 250)]);
        await table.AppendAsync([.. Enumerable.Range(500, 20).Select(One)]);
        await table.DeleteAsync("id", [.. Enumerable.Range(500, 20), 1, 2]);
        await table.DeleteAsync("n", 2);
        await table.SaveAsync();
    }

    /// <summary>Columns and partitioning change between the commits; old files are read under new schemas.</summary>
    public static async Task EvolutionAsync(SqliteCatalog catalog, DuckSession session, string folder, int version)
    {
        Schema schema = SchemaText.Parse("id int not null, \"first name\" string, amount decimal(9,2), ratio float, gone int");
        InteropTable table = await InteropTable.CreateAsync(catalog, session, folder, $"evolution_v{version}", new NewTable(schema) { FormatVersion = version });
        DecimalValue Cents(int cents) => new(cents, 2);
        await table.AppendAsync([1, "Ann", Cents(150), 0.5f, 1], [2, null, null, null, 2]);
        await table.EvolveAsync(
            r => [r[0], r[1], r[2], r[3] is float f ? (double)f : null],
            new RenameColumn("first name", "name"), new WidenColumn("amount", IcebergType.Decimal(20, 2)), new WidenColumn("ratio", IcebergType.Double), new DropColumn("gone"));
        await table.AppendAsync([3, "Bob", new DecimalValue(BigInteger.Pow(10, 19), 2), 1e300]);
        await table.EvolveAsync(
            r => [Convert.ToInt64(r[0], CultureInfo.InvariantCulture), .. r[1..], null],
            new WidenColumn("id", IcebergType.Long), new AddColumn(null, new NestedField(0, "gone", IcebergType.String)));
        await table.RepartitionAsync(new AddPartitionField("name", Transform.Truncate(1)));
        await table.AppendAsync([4L, "Cleo", null, double.NaN, "back"], [5_000_000_000L, null, null, -0.0, null]);
        if (version >= 3)
        {
            await table.EvolveAsync(
                r => [.. r, 7, "none"],
                new AddColumn(null, new NestedField(0, "level", IcebergType.Int, InitialDefault: 7, WriteDefault: 7)),
                new AddColumn(null, new NestedField(0, "note", IcebergType.String, InitialDefault: "none", WriteDefault: "none")));
            await table.AppendAsync([6L, "Dan", null, 1.0, null, 8, null]);
        }
        await table.SaveAsync();
    }

    /// <summary>A random schema; rows are appended, deleted and appended again.</summary>
    public static async Task RandomAsync(SqliteCatalog catalog, DuckSession session, string folder, int version, ulong seed, PCG random)
    {
        Gen<(Schema Schema, object?[][] First, object?[][] Second)> gen =
            from made in RandomTables.Table
            where version >= 3 || made.Schema.AllFields.All(f => f.Type.Id is not (TypeId.TimestampNs or TypeId.TimestampTzNs))
            from more in RandomTables.Rows(made.Schema, 1, 20)
            select (made.Schema, made.Rows, more);
        (Schema schema, object?[][] first, object?[][] second) = gen.Generate(random, null, out _);
        int id = schema.AllFields.Max(f => f.Id) + 1;
        schema = new Schema(0, new StructType([.. schema.Fields, new NestedField(id, "id", IcebergType.Int, Required: true)]), []);
        PartitionSpec spec = seed % 3 == 0 ? PartitionText.Parse(["bucket(3, id)"], schema) : PartitionSpec.Unpartitioned;
        InteropTable table = await InteropTable.CreateAsync(
            catalog, session, folder, string.Create(CultureInfo.InvariantCulture, $"random_v{version}_{seed:D2}"), new NewTable(schema) { FormatVersion = version, PartitionSpec = spec });
        int next = 0;
        object?[][] Numbered(object?[][] rows) => [.. rows.Select(r => (object?[])[.. r, next++])];
        object?[][] rows = Numbered(first);
        if (rows.Length > 0)
        {
            await table.AppendAsync(rows);
            await table.DeleteAsync("id", [.. rows.Select(r => (int)r[^1]!).Where(n => n % 4 == 1).Prepend(0)]);
        }
        await table.AppendAsync(Numbered(second));
        await table.DeleteAsync("id", next - 1);
        await table.SaveAsync();
    }

    private static object?[] Row(int id, Schema schema, Func<IcebergType, object?> value) =>
        [id, .. schema.Fields.Skip(1).Select(f => f.Type.Id == TypeId.Unknown ? null : value(f.Type))];
}
