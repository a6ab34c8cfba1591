using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>A column that a row has one value of: a top-level column, or a field of structs.</summary>
/// <param name="Fields">From the top-level column down to the field itself.</param>
public sealed record ColumnPath(ImmutableArray<NestedField> Fields)
{
    public NestedField Field => Fields[^1];

    /// <summary>Whether the value can be NULL: the field or a struct around it is optional.</summary>
    public bool IsNullable => Fields.Any(f => !f.Required);

    /// <summary>The column with the id, or null when the schema has none or only inside a list or map.</summary>
    public static ColumnPath? Find(Schema schema, int fieldId) =>
        Find(schema.Fields, fieldId, []) is { IsDefault: false } path ? new ColumnPath(path) : null;

    private static ImmutableArray<NestedField> Find(ImmutableArray<NestedField> fields, int id, ImmutableArray<NestedField> above)
    {
        foreach (NestedField field in fields)
        {
            if (field.Id == id) return above.Add(field);
            if (field.Type is StructType inner && Find(inner.Fields, id, above.Add(field)) is { IsDefault: false } found) return found;
        }
        return default;
    }
}
