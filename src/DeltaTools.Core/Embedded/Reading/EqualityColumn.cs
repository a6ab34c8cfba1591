using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>A column that equality deletes compare; it may lie inside structs and may have been dropped from the table since.</summary>
/// <param name="Root">The top-level column, with nothing but the way to the compared field inside.</param>
/// <param name="Path">Names of the fields below it.</param>
internal sealed record EqualityColumn(NestedField Root, ImmutableArray<string> Path)
{
    public static EqualityColumn Find(int id, ImmutableArray<Schema> schemas, string file)
    {
        // The newest schema that has it knows its widest type.
        foreach (Schema schema in schemas.OrderByDescending(s => s.SchemaId))
        {
            foreach (NestedField field in schema.Fields)
            {
                if (Narrow(field, id) is not { } narrow) continue;
                ImmutableArray<string>.Builder path = ImmutableArray.CreateBuilder<string>();
                for (NestedField at = narrow; at.Type is StructType s && at.Id != id; at = s.Fields[0]) path.Add(s.Fields[0].Name);
                return new(narrow, path.ToImmutable());
            }
        }
        throw IcebergException.Corrupt($"The equality delete file {file} compares field {id}, which no schema of the table has.");
    }

    private static NestedField? Narrow(NestedField field, int id)
    {
        if (field.Id == id) return field.Type.IsPrimitive ? field : null;
        if (field.Type is not StructType type) return null;
        foreach (NestedField child in type.Fields)
        {
            if (Narrow(child, id) is { } narrow) return field with { Type = new StructType([narrow]), InitialDefault = null };
        }
        return null;
    }
}
