using System.Text;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

public sealed class AvroReadingTests : EngineFixture
{
    private const string AllTypes = """
        {"type": "record", "name": "r", "fields": [
          {"name": "b", "type": "boolean", "field-id": 1}, {"name": "f", "type": ["null", "float"], "field-id": 2},
          {"name": "d", "type": "double", "field-id": 3}, {"name": "day", "type": {"type": "int", "logicalType": "date"}, "field-id": 4},
          {"name": "t", "type": {"type": "long", "logicalType": "time-micros"}, "field-id": 5},
          {"name": "tz", "type": {"type": "long", "logicalType": "timestamp-micros", "adjust-to-utc": true}, "field-id": 6},
          {"name": "dec", "type": {"type": "fixed", "name": "d5", "size": 5, "logicalType": "decimal", "precision": 10, "scale": 2}, "field-id": 7},
          {"name": "u", "type": {"type": "fixed", "name": "u16", "size": 16, "logicalType": "uuid"}, "field-id": 8},
          {"name": "x", "type": "bytes", "field-id": 9},
          {"name": "l", "type": {"type": "array", "items": ["null", "string"], "element-id": 11}, "field-id": 10},
          {"name": "m", "type": {"type": "map", "values": "long", "key-id": 13, "value-id": 14}, "field-id": 12},
          {"name": "s", "type": {"type": "record", "name": "inner", "fields": [{"name": "a", "type": "int", "field-id": 16}]}, "field-id": 15}
        ]}
        """;

    [Fact]
    public async Task Read_AvroGivesAllTypes()
    {
        var row = new AvroEncoder();
        row.WriteBoolean(true);
        row.WriteLong(1);
        row.WriteFloat(float.NaN);
        row.WriteDouble(-0.0);
        row.WriteLong(-1);
        row.WriteLong(1_000_001);
        row.WriteLong(-5);
        row.WriteFixed([0xFF, 0xFF, 0xFF, 0xFF, 0x85]);
        row.WriteFixed(new Guid("00112233-4455-6677-8899-aabbccddeeff").ToByteArray(bigEndian: true));
        row.WriteBytes([1, 0xAB]);
        row.WriteLong(2);
        row.WriteLong(1);
        row.WriteString("é\n\"");
        row.WriteLong(0);
        row.WriteLong(0);
        row.WriteLong(1);
        row.WriteString("k");
        row.WriteLong(long.MaxValue);
        row.WriteLong(0);
        row.WriteLong(7);
        FileScanTask task = WriteAvro("a.avro", AllTypes, row.Written.ToArray(), 1);

        List<object?[]> rows = await ReadAsync([task],
            new NestedField(1, "b", IcebergType.Boolean), new NestedField(2, "f", IcebergType.Float), new NestedField(3, "d", IcebergType.Double),
            new NestedField(4, "day", IcebergType.Date), new NestedField(5, "t", IcebergType.Time), new NestedField(6, "tz", IcebergType.TimestampTz),
            new NestedField(7, "dec", IcebergType.Decimal(12, 2)), new NestedField(8, "u", IcebergType.Uuid), new NestedField(9, "x", IcebergType.Binary),
            new NestedField(10, "l", ListType.Of(11, IcebergType.String)), new NestedField(12, "m", MapType.Of(13, IcebergType.String, 14, IcebergType.Long)),
            new NestedField(15, "s", new StructType([new(16, "renamed", IcebergType.Long)])), MetadataColumns.Pos);

        Assert.Equal(
            "True,NaN,-0,-1,1000001,-5,-1.23,00112233-4455-6677-8899-aabbccddeeff,01ab,[é\n\",-],{k=9223372036854775807},[7],0", Show(rows));
    }

    [Fact]
    public async Task Read_DamagedAvroIsCorruptAndNamed()
    {
        FileScanTask task = WriteAvro("bad.avro", """{"type": "record", "name": "r", "fields": [{"name": "s", "type": "string", "field-id": 1}]}""", [0x7F], 1);
        IcebergException e = await Assert.ThrowsAsync<IcebergException>(() => ReadAsync([task], new NestedField(1, "s", IcebergType.String)));
        Assert.Equal(IcebergErrorKind.Corrupt, e.Kind);
        Assert.Contains("bad.avro", e.Message, StringComparison.Ordinal);
    }

    private FileScanTask WriteAvro(string name, string schema, byte[] block, int count)
    {
        byte[] sync = new byte[16];
        var file = new AvroEncoder();
        file.WriteFixed("Obj\u0001"u8);
        file.WriteLong(1);
        file.WriteString("avro.schema");
        file.WriteBytes(Encoding.UTF8.GetBytes(schema));
        file.WriteLong(0);
        file.WriteFixed(sync);
        file.WriteLong(count);
        file.WriteBytes(block);
        file.WriteFixed(sync);
        File.WriteAllBytes(PathOf(name), file.Written.ToArray());
        return new FileScanTask(Data(name, count) with { Format = FileFormat.Avro }, 1, PartitionSpec.Unpartitioned, []);
    }
}
