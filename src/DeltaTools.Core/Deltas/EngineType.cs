using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>Reads the engine's type names (<c>DECIMAL(10,2)</c>, <c>STRUCT(a INTEGER, b VARCHAR[])</c>) as Iceberg types.</summary>
internal sealed class EngineType
{
    private readonly string _text;
    private readonly Func<string, IcebergException> _unsupported;
    private int _at;

    private EngineType(string text, Func<string, IcebergException> unsupported)
    {
        _text = text;
        _unsupported = unsupported;
    }

    /// <exception cref="IcebergException">SchemaMismatch: Iceberg has no such type.</exception>
    public static IcebergType Parse(string file, string column, string text) => new EngineType(text, type => new IcebergException(
        IcebergErrorKind.SchemaMismatch, $"Column '{column}' of '{file}' has the type {type}, which Iceberg does not have. Convert it first.")).ReadType();

    private IcebergType ReadType()
    {
        IcebergType type = ReadBase();
        while (Take("[]")) type = ListType.Of(0, type);
        return type;
    }

    private IcebergType ReadBase()
    {
        if (Take("STRUCT(")) return new StructType(ReadFields());
        if (Take("MAP("))
        {
            IcebergType key = ReadType();
            Take(", ");
            IcebergType value = ReadType();
            Take(")");
            return MapType.Of(0, key, 0, value);
        }
        if (Take("DECIMAL("))
        {
            string[] parts = Until(')').Split(',');
            _at++;
            return IcebergType.Decimal(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        int start = _at;
        while (_at < _text.Length && _text[_at] is not (',' or ')' or '[')) _at++;
        string name = _text[start.._at];
        return name switch
        {
            "BOOLEAN" => IcebergType.Boolean,
            "TINYINT" or "SMALLINT" or "INTEGER" or "UTINYINT" or "USMALLINT" => IcebergType.Int,
            "BIGINT" or "UINTEGER" => IcebergType.Long,
            "UBIGINT" => IcebergType.Decimal(20, 0),
            "FLOAT" => IcebergType.Float,
            "DOUBLE" => IcebergType.Double,
            "DATE" => IcebergType.Date,
            "TIME" => IcebergType.Time,
            "TIMESTAMP" or "TIMESTAMP_MS" or "TIMESTAMP_S" => IcebergType.Timestamp,
            "TIMESTAMP_NS" => IcebergType.TimestampNs,
            "TIMESTAMP WITH TIME ZONE" => IcebergType.TimestampTz,
            "VARCHAR" or "JSON" => IcebergType.String,
            "UUID" => IcebergType.Uuid,
            "BLOB" => IcebergType.Binary,
            _ => throw _unsupported(name),
        };
    }

    private ImmutableArray<NestedField> ReadFields()
    {
        var fields = ImmutableArray.CreateBuilder<NestedField>();
        do
        {
            string name;
            if (Take("\""))
            {
                int start = _at;
                while (_text[_at] != '"' || (_at + 1 < _text.Length && _text[_at + 1] == '"')) _at += _text[_at] == '"' ? 2 : 1;
                name = _text[start.._at].Replace("\"\"", "\"", StringComparison.Ordinal);
                _at++;
            }
            else
            {
                name = Until(' ');
            }
            _at++;
            fields.Add(new NestedField(0, name, ReadType()));
        }
        while (Take(", "));
        Take(")");
        return fields.ToImmutable();
    }

    private string Until(char end)
    {
        int start = _at;
        while (_at < _text.Length && _text[_at] != end) _at++;
        return _text[start.._at];
    }

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_text, _at, text, 0, text.Length) != 0) return false;
        _at += text.Length;
        return true;
    }
}
