using System.Collections.Immutable;
using System.Numerics;
using DeltaTools.Core.Manifests.Avro;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Manifests;

/// <summary>Partition tuples in Avro as Java writes them: record <c>r102</c> of optional fields ("Appendix A, Data Type Mappings").</summary>
internal static class PartitionAvro
{
    public static AvroRecord Type(StructType partitionType) => new("r102", [.. partitionType.Fields.Select(field =>
    {
        string name = AvroNames.Sanitize(field.Name);
        AvroType type = Type(field.Type);
        return new AvroField(name, type == AvroType.Null ? type : AvroType.Optional(type), field.Id, OriginalName: name == field.Name ? null : field.Name);
    })]);

    public static void Write(AvroEncoder encoder, StructType partitionType, PartitionTuple tuple)
    {
        ImmutableArray<NestedField> fields = partitionType.Fields;
        if (tuple.Values.Length != fields.Length)
        {
            throw IcebergException.Invalid($"Partition {tuple} has {tuple.Values.Length} values; the partition spec has {fields.Length} fields.");
        }
        for (int i = 0; i < fields.Length; i++)
        {
            bool optional = fields[i].Type.Id != TypeId.Unknown;
            if (tuple[i] is not { } value)
            {
                if (optional) encoder.WriteLong(0);
                continue;
            }
            if (optional) encoder.WriteLong(1);
            if (!Write(encoder, fields[i].Type, value))
            {
                throw IcebergException.Invalid($"Value {value} of partition field '{fields[i].Name}' is not {fields[i].Type}.");
            }
        }
    }

    private static AvroType Type(IcebergType type) => type switch
    {
        DecimalType d => new AvroFixed($"decimal_{d.Precision}_{d.Scale}", MinBytes(d.Precision), "decimal", d.Precision, d.Scale),
        FixedType f => new AvroFixed($"fixed_{f.Length}", f.Length),
        _ => type.Id switch
        {
            TypeId.Unknown => AvroType.Null,
            TypeId.Boolean => AvroType.Boolean,
            TypeId.Int => AvroType.Int,
            TypeId.Long => AvroType.Long,
            TypeId.Float => AvroType.Float,
            TypeId.Double => AvroType.Double,
            TypeId.Date => new AvroPrimitive(AvroKind.Int, "date"),
            TypeId.Time => new AvroPrimitive(AvroKind.Long, "time-micros"),
            TypeId.Timestamp => new AvroPrimitive(AvroKind.Long, "timestamp-micros", adjustToUtc: false),
            TypeId.TimestampTz => new AvroPrimitive(AvroKind.Long, "timestamp-micros", adjustToUtc: true),
            TypeId.TimestampNs => new AvroPrimitive(AvroKind.Long, "timestamp-nanos", adjustToUtc: false),
            TypeId.TimestampTzNs => new AvroPrimitive(AvroKind.Long, "timestamp-nanos", adjustToUtc: true),
            TypeId.String => AvroType.String,
            TypeId.Uuid => new AvroFixed("uuid_fixed", 16, "uuid"),
            TypeId.Binary => AvroType.Bytes,
            _ => throw IcebergException.Unsupported($"A table cannot be partitioned by a {type} value."),
        },
    };

    private static bool Write(AvroEncoder encoder, IcebergType type, object value)
    {
        switch (type.Id, value)
        {
            case (TypeId.Boolean, bool b): encoder.WriteBoolean(b); return true;
            case (TypeId.Int or TypeId.Date, int i): encoder.WriteLong(i); return true;
            case (TypeId.Long or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs, long l):
                encoder.WriteLong(l);
                return true;
            case (TypeId.Float, float f): encoder.WriteFloat(f); return true;
            case (TypeId.Double, double d): encoder.WriteDouble(d); return true;
            case (TypeId.String, string s): encoder.WriteString(s); return true;
            case (TypeId.Uuid, Guid uuid): encoder.WriteFixed(uuid.ToByteArray(bigEndian: true)); return true;
            case (TypeId.Binary, byte[] bytes): encoder.WriteBytes(bytes); return true;
            case (TypeId.Fixed, byte[] bytes) when bytes.Length == ((FixedType)type).Length: encoder.WriteFixed(bytes); return true;
            case (TypeId.Decimal, DecimalValue d) when d.Scale == ((DecimalType)type).Scale: return WriteDecimal(encoder, (DecimalType)type, d.Unscaled);
            default: return false;
        }
    }

    private static bool WriteDecimal(AvroEncoder encoder, DecimalType type, BigInteger unscaled)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> value = bytes[..MinBytes(type.Precision)];
        int length = unscaled.GetByteCount();
        if (length > value.Length) return false;
        value.Fill(unscaled.Sign < 0 ? (byte)0xFF : (byte)0);
        unscaled.TryWriteBytes(value[^length..], out _, isBigEndian: true);
        encoder.WriteFixed(value);
        return true;
    }

    /// <summary>Bytes that every unscaled value of the precision fits in, as two's complement.</summary>
    private static int MinBytes(int precision) => BigInteger.Pow(10, precision).GetByteCount();
}
