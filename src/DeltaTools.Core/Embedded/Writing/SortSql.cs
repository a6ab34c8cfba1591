using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Sort orders in the engine's SQL ("Sorting").</summary>
internal static class SortSql
{
    /// <param name="column">SQL of a top-level column.</param>
    public static string Of(WriteTarget target, Func<NestedField, string> column) =>
        string.Join(", ", target.SortOrder.Fields.Select(f => Term(target, f, column)));

    private static string Term(WriteTarget target, SortField field, Func<NestedField, string> column)
    {
        (string source, IcebergType type) = SourceColumn.Of(target.Schema, field.SourceId, column);
        string value = TransformSql.Of(field.Transform, type, source);
        string direction = field.Direction == SortDirection.Ascending ? "ASC" : "DESC";
        string term = $"{value} {direction} {(field.NullOrder == NullOrder.NullsFirst ? "NULLS FIRST" : "NULLS LAST")}";
        // The engine takes -0.0 for equal to 0.0; Iceberg sorts it before.
        return type.Id is TypeId.Float or TypeId.Double && field.Transform is IdentityTransform
            ? $"{term}, signbit({value}) {(field.Direction == SortDirection.Ascending ? "DESC" : "ASC")}"
            : term;
    }
}
