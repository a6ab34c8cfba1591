using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>A type of the Iceberg specification. Types compare by value.</summary>
/// <remarks>
/// Values travel as CLR objects in their physical form: boolean <c>bool</c>, int <c>int</c>, long <c>long</c>, float <c>float</c>,
/// double <c>double</c>, decimal <see cref="DecimalValue"/>, date <c>int</c> (days from 1970-01-01), time and timestamps <c>long</c>
/// (micros, or nanos for the _ns types), string <c>string</c>, uuid <c>Guid</c>, fixed, binary, geometry and geography <c>byte[]</c>.
/// </remarks>
public abstract record IcebergType(TypeId Id)
{
    public static readonly PrimitiveType Unknown = new(TypeId.Unknown);
    public static readonly PrimitiveType Boolean = new(TypeId.Boolean);
    public static readonly PrimitiveType Int = new(TypeId.Int);
    public static readonly PrimitiveType Long = new(TypeId.Long);
    public static readonly PrimitiveType Float = new(TypeId.Float);
    public static readonly PrimitiveType Double = new(TypeId.Double);
    public static readonly PrimitiveType Date = new(TypeId.Date);
    public static readonly PrimitiveType Time = new(TypeId.Time);
    public static readonly PrimitiveType Timestamp = new(TypeId.Timestamp);
    public static readonly PrimitiveType TimestampTz = new(TypeId.TimestampTz);
    public static readonly PrimitiveType TimestampNs = new(TypeId.TimestampNs);
    public static readonly PrimitiveType TimestampTzNs = new(TypeId.TimestampTzNs);
    public static readonly PrimitiveType String = new(TypeId.String);
    public static readonly PrimitiveType Uuid = new(TypeId.Uuid);
    public static readonly PrimitiveType Binary = new(TypeId.Binary);
    public static readonly VariantType Variant = new();

    public static DecimalType Decimal(int precision, int scale) => new(precision, scale);

    public static FixedType Fixed(int length) => new(length);

    public bool IsPrimitive => this is PrimitiveType;

    public bool IsNested => this is StructType or ListType or MapType;

    /// <summary>The fields directly inside: a struct's fields, a list's element, a map's key and value.</summary>
    public virtual ImmutableArray<NestedField> Children => [];

    /// <summary>The lowest format version that may use the type (v3 for those added by version 3).</summary>
    public int MinFormatVersion => Id is TypeId.Unknown or TypeId.TimestampNs or TypeId.TimestampTzNs
        or TypeId.Variant or TypeId.Geometry or TypeId.Geography ? 3 : 1;
}
