using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DuckDB.NET.Native;
using Native = DuckDB.NET.Native.NativeMethods.LogicalType;

namespace DeltaTools.Core.Embedded.Rows;

/// <summary>Chooses the reader for a column of the engine.</summary>
internal static class VectorReaders
{
    /// <param name="type">Iceberg type when it is known: it tells UTC nanoseconds and variants from what looks the same in the engine.</param>
    public static VectorReader For(DuckDBLogicalType logical, IcebergType? type, ValueForm form, string column)
    {
        bool physical = form == ValueForm.Physical;
        DuckDBType id = Native.DuckDBGetTypeId(logical);
        switch (id)
        {
            case DuckDBType.SqlNull: return new NullReader();
            case DuckDBType.Boolean: return new ScalarReader<BooleanDecoder>(default);
            case DuckDBType.TinyInt: return new ScalarReader<NarrowDecoder<sbyte>>(default);
            case DuckDBType.UnsignedTinyInt: return new ScalarReader<NarrowDecoder<byte>>(default);
            case DuckDBType.SmallInt: return new ScalarReader<NarrowDecoder<short>>(default);
            case DuckDBType.UnsignedSmallInt: return new ScalarReader<NarrowDecoder<ushort>>(default);
            case DuckDBType.Integer: return new ScalarReader<IntDecoder>(default);
            case DuckDBType.UnsignedInteger: return new ScalarReader<PlainDecoder<uint>>(default);
            case DuckDBType.BigInt: return new ScalarReader<PlainDecoder<long>>(default);
            case DuckDBType.UnsignedBigInt: return new ScalarReader<PlainDecoder<ulong>>(default);
            case DuckDBType.HugeInt: return new ScalarReader<HugeIntDecoder>(default);
            case DuckDBType.UnsignedHugeInt: return new ScalarReader<UHugeIntDecoder>(default);
            case DuckDBType.Float: return new ScalarReader<PlainDecoder<float>>(default);
            case DuckDBType.Double: return new ScalarReader<PlainDecoder<double>>(default);
            case DuckDBType.Varchar: return new ScalarReader<TextDecoder>(new TextDecoder());
            case DuckDBType.Blob: return new ScalarReader<BytesDecoder>(default);
            case DuckDBType.Uuid: return new ScalarReader<UuidDecoder>(default);
            case DuckDBType.Date when physical: return new ScalarReader<IntDecoder>(default);
            case DuckDBType.Date: return type is null ? new ScalarReader<QueryDateDecoder>(default) : new ScalarReader<DateDecoder>(new DateDecoder());
            case DuckDBType.Time: return physical ? new ScalarReader<PlainDecoder<long>>(default) : new ScalarReader<TimeDecoder>(default);
            case DuckDBType.Timestamp: return Timestamp(1_000_000, utc: false, type, physical);
            case DuckDBType.TimestampTz: return Timestamp(1_000_000, utc: true, type, physical);
            case DuckDBType.TimestampS: return Timestamp(1, utc: false, type, physical);
            case DuckDBType.TimestampMs: return Timestamp(1_000, utc: false, type, physical);
            case DuckDBType.TimestampNs: return Timestamp(1_000_000_000, type?.Id == TypeId.TimestampTzNs, type, physical);
            case DuckDBType.Interval: return new ScalarReader<IntervalDecoder>(default);
            case DuckDBType.Decimal: return Decimal(logical, form);
            case DuckDBType.Struct: return Struct(logical, type, form, column);
            case DuckDBType.List:
                using (DuckDBLogicalType child = Native.DuckDBListTypeChildType(logical))
                    return new ListReader(For(child, (type as ListType)?.Element.Type, form, column));
            case DuckDBType.Array:
                using (DuckDBLogicalType child = Native.DuckDBArrayTypeChildType(logical))
                    return new ArrayReader(For(child, null, form, column), (int)Native.DuckDBArrayVectorGetSize(logical));
            case DuckDBType.Map:
                using (DuckDBLogicalType key = Native.DuckDBMapTypeKeyType(logical))
                using (DuckDBLogicalType value = Native.DuckDBMapTypeValueType(logical))
                    return new MapReader(For(key, (type as MapType)?.Key.Type, form, column), For(value, (type as MapType)?.Value.Type, form, column), form);
            default:
                throw IcebergException.Unsupported(
                    $"Column {column} of the query has the type {id}, which has no PowerShell form. Cast it, for example with ::VARCHAR.");
        }
    }

    private static VectorReader Timestamp(long unitsPerSecond, bool utc, IcebergType? type, bool physical) => physical
        ? new ScalarReader<PlainDecoder<long>>(default)
        : type is null ? new ScalarReader<QueryTimestampDecoder>(new QueryTimestampDecoder(unitsPerSecond, utc))
        : new ScalarReader<TimestampDecoder>(new TimestampDecoder(unitsPerSecond, utc));

    private static VectorReader Decimal(DuckDBLogicalType logical, ValueForm form)
    {
        int scale = Native.DuckDBDecimalScale(logical);
        return Native.DuckDBDecimalInternalType(logical) switch
        {
            DuckDBType.SmallInt => new ScalarReader<DecimalDecoder<short>>(new(scale, form)),
            DuckDBType.Integer => new ScalarReader<DecimalDecoder<int>>(new(scale, form)),
            DuckDBType.BigInt => new ScalarReader<DecimalDecoder<long>>(new(scale, form)),
            _ => new ScalarReader<DecimalDecoder<Int128>>(new(scale, form)),
        };
    }

    private static VectorReader Struct(DuckDBLogicalType logical, IcebergType? type, ValueForm form, string column)
    {
        int count = (int)Native.DuckDBStructTypeChildCount(logical);
        var children = new VectorReader[count];
        var names = new string[count];
        ImmutableArray<NestedField> fields = type is StructType s && s.Fields.Length == count ? s.Fields : [];
        for (int i = 0; i < count; i++)
        {
            names[i] = fields.IsEmpty ? Native.DuckDBStructTypeChildName(logical, i) : fields[i].Name;
            using DuckDBLogicalType child = Native.DuckDBStructTypeChildType(logical, i);
            children[i] = For(child, fields.IsEmpty ? null : fields[i].Type, form, column);
        }
        return type is VariantType && count == 2 ? new VariantReader(children[0], children[1]) : new StructReader([.. names], children, form);
    }
}
