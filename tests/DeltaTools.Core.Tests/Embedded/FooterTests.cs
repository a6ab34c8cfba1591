using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class FooterTests : EngineFixture
{
    private const string Rows =
        "SELECT i::INT AS a, {'x': [i, NULL], 'X': 'é' || i} AS s, MAP {'k': i * 1.5} AS m, hash(i)::VARCHAR AS t FROM range(50) r(i)";

    private static readonly Schema TableSchema = Schema.Of(new NestedField(1, "a", IcebergType.Int), new NestedField(9, "t", IcebergType.String));

    [Fact]
    public async Task Schema_IsShapedAsTheEngineReadsIt()
    {
        await FileAsync("f.parquet", Rows.Replace("'X'", "'y'", StringComparison.Ordinal),
            "a: 1, s: {__duckdb_field_id: 2, x: {__duckdb_field_id: 3, element: 4}, y: 5}, m: {__duckdb_field_id: 6, key: 7, value: 8}, t: 9");
        PhysicalSchema schema = PhysicalSchema.Of(ParquetFooter.ReadSchema(PathOf("f.parquet")));

        Assert.Equal(["a", "s", "m", "t"], schema.Columns.Select(c => c.Name));
        Assert.Equal([1, 2, 6, 9], schema.Columns.Select(c => c.Id!.Value));
        PhysicalField list = schema.Columns[1].Children[0];
        Assert.Equal((PhysicalKind.List, 3, 4, "BIGINT"), (list.Kind, list.Id, list.Element.Id, list.Element.EngineType));
        PhysicalField map = schema.Columns[2];
        Assert.Equal((PhysicalKind.Map, 7, 8), (map.Kind, map.Children[0].Id, map.Children[1].Id));
        Assert.True(schema.HasIds);
    }

    /// <summary>Bytes anywhere are changed, cut and repeated: reading gives rows or a clear error, never another exception.</summary>
    [Fact]
    public async Task Read_MutatedFilesGiveRowsOrAClearError()
    {
        FileScanTask file = await FileAsync("f.parquet", "SELECT i::INT AS a, hash(i)::VARCHAR AS t FROM range(50) r(i)", "a: 1, t: 9");
        byte[] good = await File.ReadAllBytesAsync(PathOf("f.parquet"));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3], Gen.Int[1, 40]).Array[1, 3].Sample(
            changes =>
            {
                byte[] bytes = changes.Aggregate(good, (b, c) => Mutate(b, c.Item1, c.Item2, c.Item3, c.Item4));
                File.WriteAllBytes(PathOf("f.parquet"), bytes);
                try
                {
                    ParquetFooter footer = ParquetFooter.Read(PathOf("f.parquet"));
                    PhysicalSchema.Of(footer);
                    ParquetMetrics.Of(footer, LeafColumn.Of(footer, TableSchema));
                }
                catch (Exception e) when (e is IcebergException or InvalidDataException)
                {
                    return;
                }
            },
            iter: 5000, threads: 1);

        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3], Gen.Int[1, 40]).Sample(
            (at, value, kind, length) =>
            {
                File.WriteAllBytes(PathOf("f.parquet"), Mutate(good, at, value, kind, length));
                try
                {
                    ReadAsync([file], TableSchema.Fields).GetAwaiter().GetResult();
                }
                catch (IcebergException e)
                {
                    Assert.True(e.Kind is IcebergErrorKind.Corrupt or IcebergErrorKind.Unsupported, $"{e.Kind}: {e.Message}");
                }
            },
            iter: 300, threads: 1);
    }

    private static byte[] Mutate(byte[] bytes, int at, byte value, int kind, int length)
    {
        at = Math.Min(at, Math.Max(0, bytes.Length - 1));
        length = Math.Min(length, bytes.Length - at);
        switch (kind)
        {
            case 0:
                byte[] changed = [.. bytes];
                if (changed.Length > 0) changed[at] = value;
                return changed;
            case 1: return bytes[..at];
            case 2: return [.. bytes[..at], .. bytes[(at + length)..]];
            default: return [.. bytes[..(at + length)], .. bytes[at..]];
        }
    }

    [Fact]
    public async Task Read_EncryptedFileIsUnsupported()
    {
        await File.WriteAllBytesAsync(PathOf("e.parquet"), [.. "PARE"u8, 0, 0, 0, 0, 4, 0, 0, 0, .. "PARE"u8]);
        IcebergException e = Assert.Throws<IcebergException>(() => ParquetFooter.Read(PathOf("e.parquet")));
        Assert.Equal(IcebergErrorKind.Unsupported, e.Kind);
    }

    [Fact]
    public async Task UtcFlags_ChangeOneByte()
    {
        await FileAsync("n.parquet", "SELECT TIMESTAMP_NS '2024-01-01 00:00:00.123456789' AS a, 1 AS b", "a: 1, b: 2");
        byte[] before = await File.ReadAllBytesAsync(PathOf("n.parquet"));
        UtcFlags.Set(PathOf("n.parquet"), utc: true, e => e.FieldId == 1);
        byte[] after = await File.ReadAllBytesAsync(PathOf("n.parquet"));
        Assert.Equal(1, before.Zip(after).Count(p => p.First != p.Second));
        Assert.True(ParquetFooter.ReadSchema(PathOf("n.parquet")).Schema[1].IsUtc);
        await Session.ExecuteAsync($"SELECT * FROM {Sql.Text(PathOf("n.parquet"))}", default);
    }
}
