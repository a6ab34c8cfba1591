using System.Text;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;
using Parquet;
using Parquet.Schema;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Physical types that Iceberg writers of today do not choose, in files without field ids (read by position).</summary>
public sealed class ForeignParquetTests : EngineFixture
{
    private static readonly DateTime Moment = new(2024, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

    private async Task<FileScanTask> WriteAsync(ParquetSchema schema, Func<ParquetRowGroupWriter, DataField[], Task> write)
    {
        await using (FileStream stream = File.Create(PathOf("f.parquet")))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await write(group, schema.GetDataFields());
        }
        return new FileScanTask(Data("f.parquet", 1), 1, PartitionSpec.Unpartitioned, []);
    }

    [Fact]
    public async Task Read_TimestampsOfEveryUnit()
    {
        FileScanTask task = await WriteAsync(
            new ParquetSchema(
                new DateTimeDataField("int96", DateTimeFormat.Impala),
                new DateTimeDataField("millis", DateTimeFormat.DateAndTime),
                new DateTimeDataField("micros", DateTimeFormat.DateAndTimeMicros, isAdjustedToUTC: false),
                new DateTimeDataField("nanosUtc", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Nanos)),
            async (group, fields) =>
            {
                foreach (DataField field in fields) await group.WriteAsync<DateTime>(field, (DateTime[])[Moment]);
            });
        long micros = (Moment - DateTime.UnixEpoch).Ticks / 10;

        List<object?[]> rows = await ReadAsync([task],
            new NestedField(1, "a", IcebergType.Timestamp), new NestedField(2, "b", IcebergType.TimestampTz),
            new NestedField(3, "c", IcebergType.Timestamp), new NestedField(4, "d", IcebergType.TimestampTzNs));

        Assert.Equal($"{micros},{micros},{micros},{micros * 1000}", Show(rows));
    }

    [Fact]
    public async Task Read_UnsignedNarrowAndUnmarkedTypes()
    {
        FileScanTask task = await WriteAsync(
            new ParquetSchema(
                new DataField("uint", typeof(uint)), new DataField("byte", typeof(byte)), new DataField("text", typeof(byte[])),
                new DataField("uuid", typeof(Guid)), new DataField("days", typeof(int)), new DataField("micros", typeof(long))),
            async (group, fields) =>
            {
                await group.WriteAsync<uint>(fields[0], (uint[])[uint.MaxValue]);
                await group.WriteAsync<byte>(fields[1], (byte[])[200]);
                await group.WriteAsync(fields[2], (byte[][])[Encoding.UTF8.GetBytes("größer")]);
                await group.WriteAsync<Guid>(fields[3], (Guid[])[Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7")]);
                await group.WriteAsync<int>(fields[4], (int[])[19000]);
                await group.WriteAsync<long>(fields[5], (long[])[-1]);
            });

        List<object?[]> rows = await ReadAsync([task],
            new NestedField(1, "a", IcebergType.Long), new NestedField(2, "b", IcebergType.Int), new NestedField(3, "c", IcebergType.String),
            new NestedField(4, "d", IcebergType.Uuid), new NestedField(5, "e", IcebergType.Date), new NestedField(6, "f", IcebergType.Timestamp));

        Assert.Equal("4294967295,200,größer,f79c3e09-677c-4bbd-a479-3f349cb785e7,19000,-1", Show(rows));
    }

    [Fact]
    public async Task Read_VariantsThatAreShredded()
    {
        FileScanTask task = await FileAsync("v.parquet", "SELECT x::VARIANT AS v FROM (VALUES (1), (2), (NULL)) t(x)", "v: 1");
        List<object?[]> rows = await ReadAsync([task], new NestedField(1, "v", IcebergType.Variant));
        Assert.Equal(["010000 1401000000", "010000 1402000000", "-"], rows.Select(r => r[0] is Core.Embedded.Rows.VariantValue v
            ? $"{Convert.ToHexString(v.Metadata)} {Convert.ToHexString(v.Value)}" : "-"));
    }

    [Fact]
    public async Task Read_GeometryGivesWellKnownBinary()
    {
        const string Point = "0101000000000000000000F03F0000000000000040";
        FileScanTask geoParquet = await FileAsync("o.parquet", $"SELECT ST_GeomFromWKB(unhex('{Point}')) AS g", "g: 1");
        await Session.ExecuteAsync(
            $"COPY (SELECT ST_GeomFromWKB(unhex('{Point}')) AS g) TO {Sql.Text(PathOf("g.parquet"))} (FORMAT parquet, GEOPARQUET_VERSION 'NONE', FIELD_IDS {{g: 1}})", default);
        var marked = new FileScanTask(Data("g.parquet", 1), 1, PartitionSpec.Unpartitioned, []);
        FileScanTask plain = await FileAsync("p.parquet", $"SELECT unhex('{Point}') AS g", "g: 1");
        List<object?[]> rows = await ReadAsync([marked, plain, geoParquet], new NestedField(1, "g", new GeometryType()));
        Assert.Equal([Point, Point, Point], rows.Select(r => Convert.ToHexString((byte[])r[0]!)));
    }
}
