namespace DeltaTools.Core.Embedded.Footers;

/// <summary>A node of a Parquet schema as the footer lists it, depth first.</summary>
internal sealed record SchemaElement
{
    public string Name { get; init; } = "";
    public ParquetPrimitive? Primitive { get; init; }
    public int TypeLength { get; init; }
    public Repetition Repetition { get; init; }
    public int ChildCount { get; init; }
    public ConvertedType? Converted { get; init; }
    public int Scale { get; init; }
    public int Precision { get; init; }
    public int? FieldId { get; init; }
    public LogicalKind Logical { get; init; }

    /// <summary>Times and timestamps of the logical type: their unit when it is not microseconds, and whether they are in UTC.</summary>
    public bool IsNanos { get; init; }

    public bool IsMillis { get; init; }

    public bool IsUtc { get; init; }

    /// <summary>Where in the footer the byte stands that says <see cref="IsUtc"/>; its low four bits are 1 for true and 2 for false.</summary>
    public int UtcFlagOffset { get; init; }

    /// <summary>Integers of the logical type.</summary>
    public int BitWidth { get; init; }

    public bool IsSigned { get; init; } = true;

    public static SchemaElement Read(ref ThriftReader reader)
    {
        var element = new SchemaElement();
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: element = element with { Primitive = (ParquetPrimitive)reader.Int32() }; break;
                case 2: element = element with { TypeLength = reader.Int32() }; break;
                case 3: element = element with { Repetition = (Repetition)reader.Int32() }; break;
                case 4: element = element with { Name = reader.Text() }; break;
                case 5: element = element with { ChildCount = reader.Int32() }; break;
                case 6: element = element with { Converted = (ConvertedType)reader.Int32() }; break;
                case 7: element = element with { Scale = reader.Int32() }; break;
                case 8: element = element with { Precision = reader.Int32() }; break;
                case 9: element = element with { FieldId = reader.Int32() }; break;
                case 10: element = ReadLogical(ref reader, element); break;
                default: reader.Skip(type); break;
            }
        }
        return element;
    }

    /// <summary>The union of logical types; parameters that do not matter here are skipped.</summary>
    private static SchemaElement ReadLogical(ref ThriftReader reader, SchemaElement element)
    {
        int kind = 0;
        while (reader.NextField(ref kind, out ThriftType type))
        {
            element = element with { Logical = (LogicalKind)kind };
            if (type != ThriftType.Struct)
            {
                reader.Skip(type);
                continue;
            }
            int id = 0;
            while (reader.NextField(ref id, out ThriftType field))
            {
                switch ((LogicalKind)kind, id)
                {
                    case (LogicalKind.Decimal, 1): element = element with { Scale = reader.Int32() }; break;
                    case (LogicalKind.Decimal, 2): element = element with { Precision = reader.Int32() }; break;
                    case (LogicalKind.Time or LogicalKind.Timestamp, 1):
                        element = element with { IsUtc = field == ThriftType.True, UtcFlagOffset = reader.Position - 1 };
                        break;
                    case (LogicalKind.Time or LogicalKind.Timestamp, 2):
                        int unit = 0;
                        while (reader.NextField(ref unit, out ThriftType unitType))
                        {
                            element = element with { IsMillis = unit == 1, IsNanos = unit == 3 };
                            reader.Skip(unitType);
                        }
                        break;
                    case (LogicalKind.Integer, 1): element = element with { BitWidth = reader.Byte() }; break;
                    case (LogicalKind.Integer, 2): element = element with { IsSigned = field == ThriftType.True }; break;
                    default: reader.Skip(field); break;
                }
            }
        }
        return element;
    }
}

internal enum ParquetPrimitive { Boolean, Int32, Int64, Int96, Float, Double, ByteArray, FixedLenByteArray }

internal enum Repetition { Required, Optional, Repeated }

internal enum ConvertedType
{
    Utf8, Map, MapKeyValue, List, Enum, Decimal, Date, TimeMillis, TimeMicros, TimestampMillis, TimestampMicros,
    UInt8, UInt16, UInt32, UInt64, Int8, Int16, Int32, Int64, Json, Bson, Interval,
}

/// <summary>Field ids of the thrift union LogicalType.</summary>
internal enum LogicalKind
{
    None, String, Map, List, Enum, Decimal, Date, Time, Timestamp, Integer = 10, Unknown, Json, Bson, Uuid, Float16, Variant, Geometry, Geography,
}
