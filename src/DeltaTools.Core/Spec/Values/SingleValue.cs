using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DeltaTools.Core.Spec.Values;

/// <summary>Single values as bytes: bounds and partition summaries (Appendix D, "Binary single-value serialization").</summary>
public static class SingleValue
{
    private const long MicrosPerDay = 86_400_000_000;

    /// <param name="value">In the physical form of <see cref="IcebergType"/>.</param>
    /// <exception cref="IcebergException">InvalidArgument: the value is not of the type, or the type has no such form.</exception>
    public static byte[] ToBytes(IcebergType type, object value) => (type.Id, value) switch
    {
        (TypeId.Boolean, bool b) => [b ? (byte)1 : (byte)0],
        (TypeId.Int or TypeId.Date, int i) => LittleEndian(i),
        (TypeId.Long or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs, long l) => LittleEndian(l),
        (TypeId.Float, float f) => LittleEndian(BitConverter.SingleToInt32Bits(f)),
        (TypeId.Double, double d) => LittleEndian(BitConverter.DoubleToInt64Bits(d)),
        (TypeId.String, string s) => Encoding.UTF8.GetBytes(s),
        (TypeId.Uuid, Guid uuid) => uuid.ToByteArray(bigEndian: true),
        (TypeId.Fixed or TypeId.Binary or TypeId.Geometry or TypeId.Geography, byte[] bytes) => bytes,
        (TypeId.Decimal, DecimalValue d) when d.Scale == ((DecimalType)type).Scale => d.Unscaled.ToByteArray(isBigEndian: true),
        _ => throw IcebergException.Invalid($"{value} ({value.GetType().Name}) cannot be written as a value of type {type}."),
    };

    /// <summary>Reads a value that was written as the type, or as one that was promoted to it ("Schema Evolution").</summary>
    /// <returns>The value in physical form.</returns>
    /// <exception cref="IcebergException">Corrupt: the bytes do not fit the type.</exception>
    public static object FromBytes(IcebergType type, ReadOnlySpan<byte> bytes) => (type.Id, bytes.Length) switch
    {
        (TypeId.Boolean, 1) => bytes[0] != 0,
        (TypeId.Int or TypeId.Date, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (TypeId.Long, 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (TypeId.Timestamp, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes) * MicrosPerDay,
        (TypeId.TimestampNs, 4) => NanosOfDay(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        (TypeId.Long or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs, 8) =>
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
        (TypeId.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (TypeId.Double, 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (TypeId.Double, 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (TypeId.String, _) => Encoding.UTF8.GetString(bytes),
        (TypeId.Uuid, 16) => new Guid(bytes, bigEndian: true),
        (TypeId.Fixed or TypeId.Binary or TypeId.Geometry or TypeId.Geography, _) => bytes.ToArray(),
        // A precision of 38 takes 16 bytes at most; some writers pad.
        (TypeId.Decimal, > 0 and <= 32) => new DecimalValue(new BigInteger(bytes, isBigEndian: true), ((DecimalType)type).Scale),
        _ => throw IcebergException.Corrupt($"{bytes.Length} bytes are not a value of type {type}."),
    };

    private static byte[] LittleEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] LittleEndian(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>The range of timestamp_ns is narrower than that of date (1677 to 2262).</summary>
    private static long NanosOfDay(int day)
    {
        Int128 nanos = (Int128)day * MicrosPerDay * 1000;
        return nanos >= long.MinValue && nanos <= long.MaxValue
            ? (long)nanos
            : throw IcebergException.Corrupt($"Day {day} from 1970-01-01 is out of the range of timestamp_ns.");
    }
}
