using System.Globalization;
using System.Text;
using DeltaTools.Core.Expressions;
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

    /// <summary>Column of scans that is greater the later a row arrived, where that is asked for (see <see cref="Reading.ScanInput.NumberedBy"/>). A BIGINT.</summary>
    public const string Arrival = "_arrival";

    public const int PositionBits = 40;

    public const long PositionMask = (1L << PositionBits) - 1;

    public static string Name(string name) => SqlLiteral.Name(name);

    /// <summary>The column's name inside SQL: <c>f</c> and the field id; metadata columns keep their name.</summary>
    public static string Column(NestedField field) => field.Id > NestedField.MaxUserId ? field.Name : Column(field.Id);

    public static string Column(int fieldId) => "f" + fieldId.ToString(CultureInfo.InvariantCulture);

    public static string Text(string text) => SqlLiteral.Text(text);

    public static string Date(DateOnly date) => SqlLiteral.Date(date);

    /// <summary>A file name for <c>read_parquet</c> and its like, which take globs: the special characters are escaped.</summary>
    public static string Path(string path)
    {
        if (path.AsSpan().IndexOfAny('*', '?', '[') < 0) return Text(path);
        var escaped = new StringBuilder();
        foreach (char c in path) escaped.Append(c is '*' or '?' or '[' ? $"[{c}]" : c.ToString());
        return Text(escaped.ToString());
    }

    public static string Paths(IEnumerable<string> paths) => $"[{string.Join(',', paths.Select(Path))}]";

    /// <summary>A constant of the type; <paramref name="value"/> is in physical form (see <see cref="IcebergType"/>).</summary>
    public static string Literal(object? value, IcebergType type)
    {
        string constant = (type, value) switch
        {
            (_, null) => "NULL",
            (StructType s, object?[] v) => Struct(s, v),
            (ListType l, object?[] v) => $"[{string.Join(',', v.Select(x => Literal(x, l.Element.Type)))}]",
            (MapType m, KeyValuePair<object?, object?>[] v) =>
                $"MAP([{string.Join(',', v.Select(p => Literal(p.Key, m.Key.Type)))}], [{string.Join(',', v.Select(p => Literal(p.Value, m.Value.Type)))}])",
            (PrimitiveType { Id: TypeId.Long }, int v) => SqlLiteral.Of((long)v, type),
            (PrimitiveType, _) => SqlLiteral.Of(value, type),
            _ => throw IcebergException.Unsupported($"A constant of type {type} cannot be given to the embedded engine."),
        };
        return $"CAST({constant} AS {DuckTypes.Of(type)})";
    }

    /// <summary>The condition over columns named as <see cref="Column(NestedField)"/> names them.</summary>
    /// <param name="predicate">Bound to the schema.</param>
    public static string Filter(Predicate predicate, Schema schema) => SqlFilter.Render(predicate, test =>
    {
        ColumnPath path = ColumnPath.Find(schema, test.FieldId)
            ?? throw IcebergException.Invalid($"The schema has no column {test.Column}.");
        string sql = Column(path.Fields[0]);
        for (int i = 1; i < path.Fields.Length; i++)
            sql = $"struct_extract({sql}, {Text(FieldName((StructType)path.Fields[i - 1].Type, path.Fields[i]))})";
        return sql;
    });

    private static string Struct(StructType type, object?[] values) =>
        $"struct_pack({string.Join(", ", type.Fields.Select((f, i) => $"{Name(FieldName(type, f))} := {Literal(i < values.Length ? values[i] : f.InitialDefault, f.Type)}"))})";

    /// <summary>The name of a struct's field inside SQL: its own, made unique when siblings differ only in case.</summary>
    public static string FieldName(StructType parent, NestedField field) =>
        parent.Fields.Count(f => f.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)) == 1
            ? field.Name
            : $"{field.Name}_{Column(field.Id)}";
}
