using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Writes the SELECT that gives columns the names and types they have in a file, and stops at a NULL where none may be.</summary>
/// <remarks>
/// Top-level required columns of primitive types are not checked here: the file's own NULL counts tell. A column of type <c>unknown</c> is left out.
/// Names in the file are those of <see cref="FileNames"/>.
/// </remarks>
internal static class ColumnSql
{
    /// <summary>The columns of a file as a struct.</summary>
    public static StructType FileStruct(WriteTarget target) => new([.. target.Columns.Where(f => f.Type.Id != TypeId.Unknown)]);

    /// <param name="source">A SELECT or table with the target's columns.</param>
    public static string Select(WriteTarget target, string source)
    {
        StructType file = FileStruct(target);
        return $"SELECT {string.Join(", ", file.Fields.Select(f => $"{Of(target, f)} AS {Sql.Name(FileNames.Of(file, f))}"))} FROM {source}";
    }

    private static string Of(WriteTarget target, NestedField field)
    {
        string source = Sql.Name(Sql.Column(field));
        string typed = $"CAST({source} AS {DuckTypes.Of(field.Type)})";
        // A file counts the NULLs of primitive columns, which is checked when it is written; for others it does not.
        if (field.Required && !field.Type.IsPrimitive) return Child(target, field, typed, "", 0);
        return Rebuild(target, field.Type, typed, field.Name, 0);
    }

    private static bool NeedsRebuild(IcebergType type) => type switch
    {
        GeometryType or VariantType => true,
        StructType s when s.Fields.Any(f => FileNames.Of(s, f) != Sql.FieldName(s, f)) => true,
        _ => type.Children.Any(c => (c.Required && !(type is MapType m && c == m.Key)) || c.Type.Id == TypeId.Unknown || NeedsRebuild(c.Type)),
    };

    private static string Rebuild(WriteTarget target, IcebergType type, string source, string path, int depth) => type switch
    {
        GeometryType => $"ST_GeomFromWKB({source})",
        VariantType => throw IcebergException.Unsupported(
            $"Column {path} of {target.TableName} is a variant. Variants are read but not written by the embedded engine."),
        StructType s when NeedsRebuild(s) => Struct(target, s, source, path, depth),
        ListType l when NeedsRebuild(l) =>
            $"list_transform({source}, lambda x{depth}: {Child(target, l.Element, $"x{depth}", path, depth + 1)})",
        MapType m when NeedsRebuild(m) =>
            $"map_from_entries(list_transform(map_entries({source}), lambda x{depth}: struct_pack(key := x{depth}.key, "
            + $"value := {Child(target, m.Value, $"x{depth}.value", path, depth + 1)})))",
        _ => source,
    };

    private static string Struct(WriteTarget target, StructType type, string source, string path, int depth)
    {
        ImmutableArray<NestedField> kept = [.. type.Fields.Where(f => f.Type.Id != TypeId.Unknown)];
        if (kept.IsEmpty)
        {
            throw IcebergException.Unsupported(
                $"Column {path} of {target.TableName} has no field with a known type, and Parquet cannot hold an empty struct.");
        }
        IEnumerable<string> parts = kept.Select(f =>
        {
            string value = $"struct_extract({source}, {Sql.Text(Sql.FieldName(type, f))})";
            return $"{Sql.Name(FileNames.Of(type, f))} := {Child(target, f, value, path, depth)}";
        });
        return $"CASE WHEN {source} IS NULL THEN NULL ELSE struct_pack({string.Join(", ", parts)}) END";
    }

    private static string Child(WriteTarget target, NestedField field, string source, string parent, int depth)
    {
        string path = parent.Length == 0 ? field.Name : $"{parent}.{field.Name}";
        string value = Rebuild(target, field.Type, source, path, depth);
        return field.Required
            ? $"CASE WHEN {source} IS NULL THEN error({Sql.Text(NullMessage(target, path))}) ELSE {value} END"
            : value;
    }

    public static IcebergException NullIn(WriteTarget target, string column) =>
        new(IcebergErrorKind.SchemaMismatch, NullMessage(target, column));

    /// <summary>Whether the engine stopped at a NULL that <see cref="Select"/> forbids.</summary>
    public static bool IsNullError(IcebergException error) => error.Message.EndsWith(NullMark, StringComparison.Ordinal);

    private const string NullMark = "is required, but a row has NULL in it.";

    private static string NullMessage(WriteTarget target, string column) => $"Column {column} of {target.TableName} {NullMark}";
}
