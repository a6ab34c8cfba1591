using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Spec;

/// <summary>What partition specs and sort orders must observe with respect to a schema, as the Java library checks it.</summary>
public static class PartitionRules
{
    /// <summary>The first rule that the names of the spec's fields break, as a sentence; null when they are sound.</summary>
    /// <remarks>A partition field may be called like a column only when that column is its source.</remarks>
    public static string? NameProblem(PartitionSpec spec, Schema schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (PartitionField field in spec.Fields)
        {
            if (field.Name.Length == 0) return "has a field with an empty name.";
            if (!names.Add(field.Name)) return $"has two fields named {field.Name}.";
            if (schema.FindField(field.SourceId) is not null && schema.FindField(field.Name) is { } column && column.Id != field.SourceId)
            {
                return $"has field {field.Name}, which is named like a column that it is not made from.";
            }
        }
        return null;
    }

    /// <summary>Whether every field's source is there, of a type that the transform takes, and only in structs; void takes anything.</summary>
    public static string? SourceProblem(PartitionSpec spec, Schema schema)
    {
        foreach (PartitionField field in spec.Fields)
        {
            if (field.Transform is VoidTransform) continue;
            foreach (int id in field.SourceIds)
            {
                if (SourceProblem(schema, id, field.Transform, $"field {field.Name}") is { } problem) return problem;
                for (NestedField? parent = schema.ParentOf(id); parent is not null; parent = schema.ParentOf(parent.Id))
                {
                    if (parent.Type is not StructType) return $"has field {field.Name} with source {schema.NameOf(id)}, which is nested in a list or map.";
                }
            }
        }
        return null;
    }

    /// <summary>Whether every field's source is there and of a type that the transform takes.</summary>
    public static string? SourceProblem(SortOrder order, Schema schema) => order.Fields
        .SelectMany(f => f.SourceIds.Select(id => SourceProblem(schema, id, f.Transform, "a field")))
        .FirstOrDefault(problem => problem is not null);

    private static string? SourceProblem(Schema schema, int sourceId, Transform transform, string what)
    {
        if (schema.FindField(sourceId) is not { } source) return $"has {what} with source id {sourceId}, which the schema does not have.";
        if (!source.Type.IsPrimitive) return $"has {what} with source {schema.NameOf(sourceId)}, which is not of a primitive type.";
        return Transforms.CanApply(transform, source.Type)
            ? null : $"has {what} with transform {transform}, which does not take {schema.NameOf(sourceId)} of type {source.Type}.";
    }
}
