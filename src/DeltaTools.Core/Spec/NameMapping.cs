using System.Collections.Immutable;

namespace DeltaTools.Core.Spec;

/// <summary>Field ids by name, for data files that carry no ids ("Column Projection"; property <c>schema.name-mapping.default</c>).</summary>
public sealed record NameMapping(ImmutableArray<MappedField> Fields)
{
    /// <summary>Maps every field of the schema by its present name.</summary>
    public static NameMapping Of(Schema schema) => new(Map(schema.Struct));

    /// <summary>The mapped field at the path of names from the top; parts of lists and maps are <c>element</c>, <c>key</c>, <c>value</c>.</summary>
    /// <returns>Null when there is none. A name with a dot in it is one name.</returns>
    public MappedField? Find(params ReadOnlySpan<string> path)
    {
        MappedField? found = null;
        ImmutableArray<MappedField> level = Fields;
        foreach (string name in path)
        {
            found = level.FirstOrDefault(f => f.Names.Contains(name));
            if (found is null) return null;
            level = found.Fields;
        }
        return found;
    }

    /// <summary>The mapping after the schema changed: new names are added to the old ones, new fields are appended,
    /// and a name that now belongs to another field is taken from the one that had it.</summary>
    public NameMapping Follow(Schema before, Schema after)
    {
        HashSet<int> old = [.. before.AllFields.Select(f => f.Id)];
        return new(Follow(Fields, after.Struct, after, old));
    }

    private static ImmutableArray<MappedField> Follow(ImmutableArray<MappedField> mapping, IcebergType? type, Schema after, HashSet<int> old)
    {
        ImmutableArray<NestedField> children = type?.Children ?? [];
        Dictionary<string, int> assigned = [];
        ImmutableArray<MappedField>.Builder fields = ImmutableArray.CreateBuilder<MappedField>();
        foreach (NestedField child in children) assigned[child.Name] = child.Id;
        foreach (MappedField field in mapping)
        {
            NestedField? now = field.FieldId is { } id ? after.FindField(id) : null;
            IEnumerable<string> names = field.Names.Where(n => !assigned.TryGetValue(n, out int owner) || owner == field.FieldId);
            if (now is not null) names = names.Append(now.Name).Distinct(StringComparer.Ordinal);
            fields.Add(field with { Names = [.. names], Fields = Follow(field.Fields, now?.Type, after, old) });
        }
        foreach (NestedField added in children.Where(c => !old.Contains(c.Id))) fields.Add(Map(added));
        return fields.ToImmutable();
    }

    private static ImmutableArray<MappedField> Map(IcebergType type) => [.. type.Children.Select(Map)];

    private static MappedField Map(NestedField field) => new(field.Id, [field.Name], Map(field.Type));
}

/// <param name="FieldId">Null for a field of data files that the table does not have.</param>
/// <param name="Names">All names it has in data files; none for a field that is only in the table.</param>
public sealed record MappedField(int? FieldId, ImmutableArray<string> Names, ImmutableArray<MappedField> Fields);
