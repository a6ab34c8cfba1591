using System.Collections.Immutable;
using System.Numerics;
using CsCheck;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Tests.Embedded;

/// <summary>Random schemas and rows of all types, with the values that break things: NULL, NaN, zeros, extremes, empty, long.</summary>
internal static class RandomTables
{
    private static readonly PrimitiveType[] Primitives =
    [
        IcebergType.Boolean, IcebergType.Int, IcebergType.Long, IcebergType.Float, IcebergType.Double, IcebergType.Date, IcebergType.Time,
        IcebergType.Timestamp, IcebergType.TimestampTz, IcebergType.TimestampNs, IcebergType.TimestampTzNs, IcebergType.String, IcebergType.Uuid,
        IcebergType.Binary, IcebergType.Fixed(5), IcebergType.Fixed(16), IcebergType.Decimal(4, 2), IcebergType.Decimal(9, 0),
        IcebergType.Decimal(18, 5), IcebergType.Decimal(38, 10),
    ];

    public static readonly Gen<PrimitiveType> Primitive = Gen.OneOf(Primitives);

    public static readonly Gen<(Schema Schema, object?[][] Rows)> Table =
        from count in Gen.Int[1, 6]
        from shapes in Gen.Int[0, 5].Array[count]
        from types in Primitive.Array[count * 3]
        from required in Gen.Bool.Array[count]
        let schema = Build(shapes, types, required)
        from rows in Rows(schema, 0, 30)
        select (schema, rows);

    public static Gen<object?[][]> Rows(Schema schema, int least, int most) => Row(schema.Fields).Array[least, most];

    private static Gen<object?[]> Row(ImmutableArray<NestedField> fields) => fields.Aggregate(
        Gen.Const(Array.Empty<object?>()),
        (row, field) => Gen.Select(row, Field(field), (values, value) => (object?[])[.. values, value]));

    private static Gen<object?> Field(NestedField field) => field.Required
        ? Value(field.Type)
        : Gen.Frequency((1, Gen.Const((object?)null)), (5, Value(field.Type)));

    private static Schema Build(int[] shapes, PrimitiveType[] types, bool[] required)
    {
        int id = 0;
        var fields = new List<NestedField>();
        for (int i = 0; i < shapes.Length; i++)
        {
            int own = ++id;
            PrimitiveType a = types[3 * i], b = types[3 * i + 1];
            StructType Pair() => new([new(++id, "a", a, required[i]), new(++id, "b c", b)]);
            IcebergType type = shapes[i] switch
            {
                3 => Pair(),
                4 => ListType.Of(++id, required[i] ? Pair() : a, required[i]),
                5 => MapType.Of(++id, IcebergType.String, ++id, required[i] ? ListType.Of(++id, b) : b),
                _ => a,
            };
            fields.Add(new(own, $"col {i}", type, required[i]));
        }
        return new Schema(0, new StructType([.. fields]), []);
    }

    public static Gen<object?> Value(IcebergType type) => type switch
    {
        StructType s => Row(s.Fields).Select(v => (object?)v),
        ListType l => Field(l.Element).Array[0, 4].Select(v => (object?)v),
        MapType m => Gen.Select(Value(m.Key.Type).Array[0, 3], Field(m.Value).Array[3]).Select(p => (object?)p.Item1
            .Distinct(ValueComparer.Instance!).Select((k, i) => KeyValuePair.Create(k, p.Item2[i])).ToArray()),
        DecimalType d => Decimal(d).Select(v => (object?)v),
        FixedType f => Gen.Byte.Array[f.Length].Select(v => (object?)v),
        _ => type.Id switch
        {
            TypeId.Boolean => Gen.Bool.Select(v => (object?)v),
            TypeId.Int => Gen.Int.Select(v => (object?)v),
            TypeId.Long => Gen.Long.Select(v => (object?)v),
            TypeId.Float => Gen.Frequency((3, Gen.Float), (1, Gen.OneOf(0f, -0f, float.NaN, float.PositiveInfinity))).Select(v => (object?)v),
            TypeId.Double => Gen.Frequency((3, Gen.Double), (1, Gen.OneOf(0d, -0d, double.NaN, double.NegativeInfinity))).Select(v => (object?)v),
            TypeId.Date => Gen.Int[-1_000_000, 2_000_000].Select(v => (object?)v),
            TypeId.Time => Gen.Long[0, 86_399_999_999].Select(v => (object?)v),
            TypeId.Timestamp or TypeId.TimestampTz => Gen.Long[-100_000_000_000_000_000, 200_000_000_000_000_000].Select(v => (object?)v),
            TypeId.TimestampNs or TypeId.TimestampTzNs => Gen.Long[-9_000_000_000_000_000_000, 9_000_000_000_000_000_000].Select(v => (object?)v),
            TypeId.Uuid => Gen.Guid.Select(v => (object?)v),
            TypeId.Binary => Gen.Byte.Array[0, 40].Select(v => (object?)v),
            _ => Text.Select(v => (object?)v),
        },
    };

    private static readonly Gen<string> Text = Gen.Frequency(
        (4, Gen.String[Gen.Char['!', '\u07ff'], 0, 40]),
        (1, Gen.OneOf("", "\U0001F600 \uffee", "it's \"quoted\"", "null", "__HIVE_DEFAULT_PARTITION__", new string('\uffee', 20))));

    private static Gen<DecimalValue> Decimal(DecimalType type)
    {
        BigInteger limit = BigInteger.Pow(10, type.Precision);
        return Gen.Byte.Array[16].Select(bytes => new DecimalValue(new BigInteger(bytes) % limit, type.Scale));
    }

    /// <summary>The rows as a SELECT for the engine.</summary>
    public static string Select(Schema schema, object?[][] rows)
    {
        IEnumerable<string> selects = rows.Select(row =>
            "SELECT " + string.Join(", ", schema.Fields.Select((f, i) => $"{Sql.Literal(row[i], f.Type)} AS {Sql.Column(f)}")));
        string nothing = "SELECT " + string.Join(", ", schema.Fields.Select(f => $"{Sql.Literal(null, f.Type)} AS {Sql.Column(f)}")) + " WHERE false";
        return string.Join(" UNION ALL ", selects.Prepend(nothing));
    }

    /// <summary>A text that is equal for equal values; tells -0.0 from 0.0.</summary>
    public static string Text1(object? value) => value switch
    {
        null => "null",
        object?[] items => $"[{string.Join(", ", items.Select(Text1))}]",
        KeyValuePair<object?, object?>[] pairs => $"{{{string.Join(", ", pairs.Select(p => $"{Text1(p.Key)}: {Text1(p.Value)}").Order(StringComparer.Ordinal))}}}",
        byte[] bytes => Convert.ToHexString(bytes),
        string text => $"'{text}'",
        IFormattable f => f.ToString(value is float or double ? "R" : null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    public static string[] Sorted(IEnumerable<object?[]> rows) => [.. rows.Select(r => Text1(r)).Order(StringComparer.Ordinal)];
}
