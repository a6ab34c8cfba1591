using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>A leaf of a Parquet schema that has a field id.</summary>
/// <param name="Index">Its place among the column chunks of a row group.</param>
/// <param name="Path">The nodes from the root's child to the leaf.</param>
/// <param name="Type">Type that the table says, or null when the table does not have the field or the file holds another kind of value.</param>
/// <param name="IsRepeated">Inside a list or map.</param>
internal sealed record LeafColumn(int Index, int Id, ImmutableArray<SchemaElement> Path, PrimitiveType? Type, bool IsRepeated)
{
    private const long MicrosPerMilli = 1000, NanosPerMicro = 1000;

    private SchemaElement Element => Path[^1];

    public bool IsFloat => Type?.Id is TypeId.Float or TypeId.Double;

    /// <param name="mapping">Ids by name for a file that has none.</param>
    public static ImmutableArray<LeafColumn> Of(ParquetFooter footer, Schema schema, NameMapping? mapping = null)
    {
        var walk = new LeafWalk(footer.Schema, schema);
        ImmutableArray<LeafColumn> leaves = walk.Run(mapping);
        if (footer.RowGroups.Any(g => g.Columns.Length != walk.LeafCount))
        {
            throw IcebergException.Corrupt(
                $"A Parquet footer has row groups with another number of columns than its schema, {walk.LeafCount}.");
        }
        return leaves;
    }

    /// <summary>A plain-encoded value in the physical form of the type; null when it is of no known kind.</summary>
    public object? Decode(byte[] bytes) => (Type?.Id, Element.Primitive, bytes.Length) switch
    {
        (TypeId.Boolean, ParquetPrimitive.Boolean, 1) => bytes[0] != 0,
        (TypeId.Int or TypeId.Date, ParquetPrimitive.Int32, 4) when Element.IsSigned => Int(bytes),
        (TypeId.Long, ParquetPrimitive.Int32, 4) => Element.IsSigned ? (long)Int(bytes) : (uint)Int(bytes),
        (TypeId.Long, ParquetPrimitive.Int64, 8) when Element.IsSigned => Long(bytes),
        (TypeId.Float, ParquetPrimitive.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (TypeId.Double, ParquetPrimitive.Float, 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (TypeId.Double, ParquetPrimitive.Double, 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (TypeId.Decimal, _, _) => Decimal(bytes),
        (TypeId.Time, ParquetPrimitive.Int32, 4) => Int(bytes) * MicrosPerMilli,
        (TypeId.Time, ParquetPrimitive.Int64, 8) => Element.IsNanos ? Long(bytes) / NanosPerMicro : Long(bytes),
        (TypeId.Timestamp or TypeId.TimestampTz, ParquetPrimitive.Int64, 8) => Micros(bytes),
        (TypeId.TimestampNs or TypeId.TimestampTzNs, ParquetPrimitive.Int64, 8) when Element.IsNanos => Long(bytes),
        (TypeId.String, ParquetPrimitive.ByteArray, _) => Encoding.UTF8.GetString(bytes),
        (TypeId.Uuid, ParquetPrimitive.FixedLenByteArray, 16) => new Guid(bytes, bigEndian: true),
        (TypeId.Fixed or TypeId.Binary, ParquetPrimitive.ByteArray or ParquetPrimitive.FixedLenByteArray, _) => bytes,
        _ => null,
    };

    private object? Decimal(byte[] bytes)
    {
        int scale = ((DecimalType)Type!).Scale;
        if (Element.Scale != scale) return null;
        return Element.Primitive switch
        {
            ParquetPrimitive.Int32 when bytes.Length == 4 => new DecimalValue(Int(bytes), scale),
            ParquetPrimitive.Int64 when bytes.Length == 8 => new DecimalValue(Long(bytes), scale),
            ParquetPrimitive.FixedLenByteArray or ParquetPrimitive.ByteArray when bytes.Length > 0 =>
                new DecimalValue(new BigInteger(bytes, isBigEndian: true), scale),
            _ => null,
        };
    }

    private long? Micros(byte[] bytes)
    {
        long value = Long(bytes);
        bool isMillis = Element.Converted == ConvertedType.TimestampMillis || Element.IsMillis;
        if (Element.IsNanos) return (value - ((value % NanosPerMicro) + NanosPerMicro) % NanosPerMicro) / NanosPerMicro;
        if (!isMillis) return value;
        return value is <= long.MaxValue / MicrosPerMilli and >= long.MinValue / MicrosPerMilli ? value * MicrosPerMilli : null;
    }

    private static int Int(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static long Long(byte[] bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
