using System.Globalization;
using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded;

/// <summary>Spells names, values and paths in the engine's SQL.</summary>
/// <remarks>
/// Inside SQL a column is called by its field id (<see cref="Column(NestedField)"/>), because the engine cannot tell
/// <c>user_id</c> from <c>uSeR_Id</c>; names come back when results leave the engine. Fields inside structs keep their names.
/// </remarks>
public static class Sql
{
    /// <summary>Column of scans that identifies a row of a data file: ordinal of the task &lt;&lt; 40 | position. A BIGINT.</summary>
    public const string RowKey = "_key";

    public const int PositionBits = 40;

    public const long PositionMask = (1L << PositionBits) - 1;

    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The column's name inside SQL: <c>f</c> and the field id; metadata columns keep their name.</summary>
    public static string Column(NestedField field) => field.Id > NestedField.MaxUserId ? field.Name : Column(field.Id);

    public static string Column(int fieldId) => "f" + fieldId.ToString(CultureInfo.InvariantCulture);

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A file name for <c>read_parquet</c> and its like, which take globs: the special characters are escaped.</summary>
    public static string Path(string path)
    {
        if (path.AsSpan().IndexOfAny('*', '?', '[') < 0) return Text(path);
        var escaped = new StringBuilder();
        foreach (char c in path) escaped.Append(c is '*' or '?' or '[' ? $"[{c}]" : c.ToString());
        return Text(escaped.ToString());
    }

    public static string Paths(IEnumerable<string> paths) => $"[{string.Join(',', paths.Select(Path))}]";

    public static string Bytes(ReadOnlySpan<byte> bytes) => $"unhex('{Convert.ToHexString(bytes)}')";

    /// <summary>A constant of the type; <paramref name="value"/> is in physical form (see <see cref="IcebergType"/>).</summary>
    public static string Literal(object? value, IcebergType type)
    {
        string duckType = DuckTypes.Of(type);
        if (value is null) return $"CAST(NULL AS {duckType})";
        return (type, value) switch
        {
            (StructType s, object[] v) => Struct(s, v, duckType),
            (ListType l, object[] v) => $"CAST([{string.Join(',', v.Select(x => Literal(x, l.Element.Type)))}] AS {duckType})",
            (_, bool v) => v ? "true" : "false",
            (_, int v) when type.Id == TypeId.Date => $"make_date({v.ToString(CultureInfo.InvariantCulture)}::INTEGER)",
            (_, int or long) when type.Id is TypeId.Time => $"(TIME '00:00:00' + to_microseconds({Number(value)}))",
            (_, int or long) when type.Id is TypeId.Timestamp => $"make_timestamp({Number(value)}::BIGINT)",
            (_, int or long) when type.Id is TypeId.TimestampTz => $"CAST(make_timestamp({Number(value)}::BIGINT) AS TIMESTAMPTZ)",
            (_, int or long) when type.Id is TypeId.TimestampNs or TypeId.TimestampTzNs => $"make_timestamp_ns({Number(value)}::BIGINT)",
            (_, int or long) => $"({Number(value)})::{duckType}",
            (_, float v) => $"'{v.ToString("R", CultureInfo.InvariantCulture)}'::FLOAT",
            (_, double v) => $"'{v.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE",
            (_, DecimalValue v) => $"'{v}'::{duckType}",
            (_, string v) => Text(v),
            (_, Guid v) => $"'{v:D}'::UUID",
            (_, byte[] v) => Bytes(v),
            _ => throw IcebergException.Unsupported($"A constant of type {type} cannot be given to the embedded engine."),
        };
    }

    private static string Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static string Struct(StructType type, object?[] values, string duckType) =>
        $"CAST(struct_pack({string.Join(", ", type.Fields.Select((f, i) => $"{Name(FieldName(type, f))} := {Literal(i < values.Length ? values[i] : f.InitialDefault, f.Type)}"))}) AS {duckType})";

    /// <summary>The name of a struct's field inside SQL: its own, made unique when siblings differ only in case.</summary>
    public static string FieldName(StructType parent, NestedField field) =>
        parent.Fields.Count(f => f.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)) == 1
            ? field.Name
            : $"{field.Name}_{Column(field.Id)}";
}
