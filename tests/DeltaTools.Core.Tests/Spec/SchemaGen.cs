using CsCheck;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Spec;

/// <summary>Random schemas, types and values.</summary>
internal static class SchemaGen
{
    private static readonly IcebergType[] Simple =
    [
        IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Date, IcebergType.Time,
        IcebergType.Timestamp, IcebergType.TimestampTz, IcebergType.TimestampNs, IcebergType.TimestampTzNs, IcebergType.String, IcebergType.Uuid,
        IcebergType.Binary, IcebergType.Fixed(5), IcebergType.Variant, new GeometryType("srid:1"), new GeographyType("c", "karney"),
    ];

    public static readonly Gen<IcebergType> Primitives = Gen.OneOf(
        Gen.Int[0, Simple.Length - 1].Select(i => Simple[i]),
        Gen.Select(Gen.Int[1, 38], Gen.Int[0, 38]).Where((p, s) => s <= p).Select((p, s) => (IcebergType)IcebergType.Decimal(p, s)));

    private static readonly Gen<string> Names = Gen.OneOf(Gen.Char['a', 'z'].Array[1, 4].Select(c => new string(c)), Gen.Const("Größe x"), Gen.Const("a.\"b\"'`"));

    public static readonly Gen<Schema> Schemas = Fields(3).Select(fields => Number(new StructType([.. fields])));

    /// <summary>A value of a primitive type in physical form.</summary>
    public static Gen<object> Values(IcebergType type) => type.Id switch
    {
        TypeId.Boolean => Gen.Bool.Select(v => (object)v),
        TypeId.Int or TypeId.Date => Gen.Int.Select(v => (object)v),
        TypeId.Time => Gen.Long[0, 86_399_999_999].Select(v => (object)v),
        TypeId.Float => Gen.Float.Where(float.IsFinite).Select(v => (object)v),
        TypeId.Double => Gen.Double.Where(double.IsFinite).Select(v => (object)v),
        TypeId.Decimal => Gen.Long.Select(v => (object)new DecimalValue(v % (long)Math.Pow(10, Math.Min(18, ((DecimalType)type).Precision)), ((DecimalType)type).Scale)),
        TypeId.String => Gen.String.Where(s => s.All(c => !char.IsSurrogate(c))).Select(v => (object)v),
        TypeId.Uuid => Gen.Guid.Select(v => (object)v),
        TypeId.Binary => Gen.Byte.Array[0, 9].Select(v => (object)v),
        TypeId.Fixed => Gen.Byte.Array[((FixedType)type).Length].Select(v => (object)v),
        _ => Gen.Long.Select(v => (object)v),
    };

    private static Gen<NestedField[]> Fields(int depth) => Field(depth).Array[1, 4]
        .Select(fields => fields.DistinctBy(f => f.Name).ToArray());

    private static Gen<NestedField> Field(int depth) =>
        Gen.Select(Names, Types(depth), Gen.Bool, Gen.Const("it's").Null(), Gen.Bool).SelectMany((name, type, required, doc, hasDefault) =>
        {
            var field = new NestedField(1, name, type, required, doc);
            bool canDefault = type.IsPrimitive && type.Id is not (TypeId.Geometry or TypeId.Geography);
            return hasDefault && canDefault ? Values(type).Select(value => field with { WriteDefault = value }) : Gen.Const(field);
        });

    private static Gen<IcebergType> Types(int depth) => depth == 0 ? Primitives : Gen.Frequency(
        (4, Primitives),
        (1, Fields(depth - 1).Select(fields => (IcebergType)new StructType([.. fields]))),
        (1, Gen.Select(Types(depth - 1), Gen.Bool).Select((type, required) => (IcebergType)ListType.Of(1, type, required))),
        (1, Gen.Select(Types(depth - 1), Types(depth - 1), Gen.Bool).Select((key, value, required) => (IcebergType)MapType.Of(1, key, 1, value, required))));

    private static Schema Number(StructType type)
    {
        var schema = new Schema(0, (StructType)new FreshIds(0).Assign(type), []);
        // "a.b" beside a struct a with a field b would be two fields of one full name.
        return SchemaRules.Problem(schema) is null ? schema : new Schema(0, (StructType)new FreshIds(0).Assign(new StructType([type.Fields[0]])), []);
    }
}
