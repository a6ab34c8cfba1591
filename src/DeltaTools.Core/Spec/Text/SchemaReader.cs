using System.Collections.Immutable;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Spec.Text;

/// <summary>The grammar of <see cref="SchemaText"/>. Gives each field an id of its own, in the order of the text.</summary>
internal sealed class SchemaReader(Scanner scanner)
{
    private const int MaxDepth = 100;

    private int _lastId;
    private int _depth;

    public ImmutableArray<NestedField> Columns()
    {
        ImmutableArray<NestedField>.Builder columns = ImmutableArray.CreateBuilder<NestedField>();
        do
        {
            scanner.Column = null;
            columns.Add(Column());
        }
        while (scanner.Take(','));
        scanner.Column = columns[^1].Name;
        return scanner.AtEnd ? columns.ToImmutable() : throw scanner.Unexpected("',' or the end of the schema");
    }

    public NestedField Column()
    {
        string name = scanner.Name("a column name");
        scanner.Column = name;
        return Field(name);
    }

    /// <summary>What follows the name of a column.</summary>
    public NestedField Field(string name)
    {
        scanner.Take(':');
        return Options(new NestedField(++_lastId, name, Type()));
    }

    public IcebergType Type()
    {
        int start = scanner.SkipBlanks();
        if (++_depth > MaxDepth) throw scanner.Error($"types are nested more than {MaxDepth} deep", start);
        string name = scanner.Word() ?? throw scanner.Unexpected("a type");
        IcebergType type = name.ToLowerInvariant() switch
        {
            "struct" => Struct('<', '>'),
            "row" => Struct('(', ')'),
            "list" or "array" => List(),
            "map" => Map(),
            "decimal" or "numeric" or "dec" => Decimal(start),
            "fixed" => Fixed(),
            "geometry" or "geography" => Geo(name, start),
            "timestamp" => Timestamp(start),
            "double" => Plain(IcebergType.Double, scanner.TakeWords("precision")),
            "varchar" or "char" => Plain(IcebergType.String, Length()),
            "varbinary" => Plain(IcebergType.Binary, Length()),
            _ => TypeNames.Find(name) ?? throw scanner.Error($"'{name}' is not a type. Types are {TypeNames.Known}", start),
        };
        _depth--;
        return type;
    }

    private StructType Struct(char open, char close)
    {
        scanner.Expect(open);
        string? outer = scanner.Column;
        ImmutableArray<NestedField>.Builder fields = ImmutableArray.CreateBuilder<NestedField>();
        while (scanner.Next != close || fields.Count > 0)
        {
            string name = scanner.Name("a field name");
            scanner.Column = $"{outer}.{name}";
            fields.Add(Field(name));
            if (!scanner.Take(',')) break;
        }
        scanner.Expect(close);
        scanner.Column = outer;
        return new StructType(fields.ToImmutable());
    }

    private ListType List()
    {
        scanner.Expect('<');
        int id = ++_lastId;
        NestedField element = Options(new NestedField(id, "element", Type()));
        scanner.Expect('>');
        return new ListType(element);
    }

    private MapType Map()
    {
        scanner.Expect('<');
        int id = ++_lastId;
        var key = new NestedField(id, "key", Type(), Required: true);
        scanner.TakeWords("not", "null");
        scanner.Expect(',');
        id = ++_lastId;
        NestedField value = Options(new NestedField(id, "value", Type()));
        scanner.Expect('>');
        return new MapType(key, value);
    }

    private DecimalType Decimal(int start)
    {
        if (!scanner.Take('(')) throw scanner.Error("write the digits of the decimal, such as decimal(10, 2)", start);
        int precision = scanner.Number("the number of digits");
        int scale = scanner.Take(',') ? scanner.Number("the number of digits after the point") : 0;
        scanner.Expect(')');
        return precision is >= 1 and <= DecimalType.MaxPrecision && scale <= precision
            ? IcebergType.Decimal(precision, scale)
            : throw scanner.Error($"decimal({precision}, {scale}) must have 1 to 38 digits, and no more of them after the point", start);
    }

    private FixedType Fixed()
    {
        char close = scanner.Take('(') ? ')' : ']';
        if (close == ']') scanner.Expect('[');
        int length = scanner.Number("a length in bytes");
        scanner.Expect(close);
        return IcebergType.Fixed(length);
    }

    private IcebergType Geo(string name, int start)
    {
        string text = scanner.Take('(') ? $"{name}({scanner.Until(')')})" : name;
        try
        {
            return TypeJson.Parse(text) ?? throw scanner.Error($"'{text}' is not a type", start);
        }
        catch (IcebergException e) when (e.Message.StartsWith("Type ", StringComparison.Ordinal))
        {
            throw scanner.Error(e.Message.TrimEnd('.'), start);
        }
    }

    /// <summary>SQL's precision: 9 digits of the second are nanoseconds, 6 and fewer microseconds.</summary>
    private PrimitiveType Timestamp(int start)
    {
        int digits = 6;
        if (scanner.Take('('))
        {
            digits = scanner.Number("a number of digits");
            scanner.Expect(')');
        }
        if (digits > 6 && digits != 9) throw scanner.Error($"timestamp({digits}) does not exist; there are timestamp(6) and timestamp(9)", start);
        bool zoned = scanner.TakeWords("with", "time", "zone") || scanner.TakeWords("with", "local", "time", "zone");
        if (!zoned) scanner.TakeWords("without", "time", "zone");
        return (digits == 9, zoned) switch
        {
            (false, false) => IcebergType.Timestamp,
            (false, true) => IcebergType.TimestampTz,
            (true, false) => IcebergType.TimestampNs,
            (true, true) => IcebergType.TimestampTzNs,
        };
    }

    /// <summary>A length that Iceberg has no place for.</summary>
    private bool Length()
    {
        if (!scanner.Take('(')) return false;
        scanner.Number("a length");
        scanner.Expect(')');
        return true;
    }

    private static IcebergType Plain(IcebergType type, bool _) => type;

    private NestedField Options(NestedField field)
    {
        while (true)
        {
            int start = scanner.SkipBlanks();
            if (scanner.TakeWords("not", "null")) field = field with { Required = true };
            else if (scanner.TakeWords("null")) field = field with { Required = false };
            else if (scanner.TakeWords("comment")) field = field with { Doc = scanner.Quoted("a comment between quotes") };
            else if (scanner.TakeWords("default")) field = field with { WriteDefault = LiteralText.Read(scanner, field.Type) };
            else return field;
            if (field.Required && field.Type.Id == TypeId.Unknown) throw scanner.Error("a column of type unknown cannot be required", start);
        }
    }
}
