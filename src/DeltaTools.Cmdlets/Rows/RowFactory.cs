using System.Collections.Immutable;
using System.Collections.Specialized;
using System.Data;
using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Embedded.Rows;
using DeltaTools.Core.Spec;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Makes what scripts work with from the rows of a scan.</summary>
internal sealed class RowFactory
{
    private readonly ImmutableArray<NestedField> _columns;
    private readonly string[] _names;
    private readonly bool[] _nested;

    private readonly string[] _leading;

    /// <param name="leading">Names of properties that come before the columns; a column of such a name gets a number.</param>
    public RowFactory(ImmutableArray<NestedField> columns, params string[] leading)
    {
        _columns = columns;
        _leading = leading;
        _names = UniqueNames.Of(columns.Select(c => c.Name), leading);
        _nested = [.. columns.Select(c => c.Type is not PrimitiveType)];
    }

    /// <param name="batch">Its last columns are those of this factory.</param>
    /// <param name="leading">Values of the properties that come first.</param>
    public PSObject Row(RowBatch batch, int row, params object?[] leading)
    {
        PSObject result = new();
        for (int i = 0; i < leading.Length; i++) result.Properties.Add(new PSNoteProperty(_leading[i], leading[i]), preValidated: true);
        int first = batch.Columns.Length - _names.Length;
        for (int i = 0; i < _names.Length; i++)
        {
            object? value = batch[row, first + i];
            result.Properties.Add(new PSNoteProperty(_names[i], _nested[i] ? Value(value) : value), preValidated: true);
        }
        result.TypeNames.Insert(0, RowView.TypeName);
        return result;
    }

    /// <summary>An empty table with these columns.</summary>
    public DataTable Table(string name)
    {
        DataTable table = new(name) { Locale = System.Globalization.CultureInfo.InvariantCulture };
        for (int i = 0; i < _names.Length; i++) table.Columns.Add(_names[i], ColumnType(_columns[i].Type));
        return table;
    }

    public void AddTo(DataTable table, RowBatch batch, int row)
    {
        object[] values = new object[_names.Length];
        for (int i = 0; i < values.Length; i++)
        {
            object? value = _nested[i] ? Value(batch[row, i]) : batch[row, i];
            if (value is string text && table.Columns[i].DataType != typeof(string) && table.Columns[i].DataType != typeof(object))
            {
                throw IcebergException.Unsupported($"Column {_names[i]} holds {text}, which a {table.Columns[i].DataType.Name} cannot hold. Read it with -As Row.");
            }
            values[i] = value ?? DBNull.Value;
        }
        table.Rows.Add(values);
    }

    /// <summary>Structs become objects, at any depth.</summary>
    private static object? Value(object? value) => value switch
    {
        StructValue structure => Structure(structure.Names.Zip(structure.Values)),
        VariantValue variant => Structure([("Metadata", variant.Metadata), ("Value", variant.Value)]),
        object?[] list => Array.ConvertAll(list, Value),
        OrderedDictionary map => Map(map),
        _ => value,
    };

    private static PSObject Structure(IEnumerable<(string Name, object? Value)> fields)
    {
        PSObject result = new();
        foreach ((string name, object? value) in fields) result.Properties.Add(new PSNoteProperty(name, Value(value)));
        return result;
    }

    private static OrderedDictionary Map(OrderedDictionary map)
    {
        OrderedDictionary result = [];
        foreach (System.Collections.DictionaryEntry entry in map) result.Add(Value(entry.Key)!, Value(entry.Value));
        return result;
    }

    private static Type ColumnType(IcebergType? type) => type?.Id switch
    {
        TypeId.Boolean => typeof(bool),
        TypeId.Int => typeof(int),
        TypeId.Long => typeof(long),
        TypeId.Float => typeof(float),
        TypeId.Double => typeof(double),
        TypeId.Decimal => typeof(decimal),
        TypeId.Date => typeof(DateOnly),
        TypeId.Time => typeof(TimeOnly),
        TypeId.Timestamp or TypeId.TimestampNs => typeof(DateTime),
        TypeId.TimestampTz or TypeId.TimestampTzNs => typeof(DateTimeOffset),
        TypeId.String => typeof(string),
        TypeId.Uuid => typeof(Guid),
        TypeId.Fixed or TypeId.Binary or TypeId.Geometry or TypeId.Geography => typeof(byte[]),
        _ => typeof(object),
    };
}
