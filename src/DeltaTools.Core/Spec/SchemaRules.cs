namespace DeltaTools.Core.Spec;

/// <summary>What a schema must observe, as the Java library checks it.</summary>
public static class SchemaRules
{
    /// <summary>The first rule that the schema breaks in any format version, as a sentence; null when it is sound.</summary>
    public static string? Problem(Schema schema)
    {
        var ids = new HashSet<int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((NestedField field, string name) in schema.NamedFields)
        {
            if (!ids.Add(field.Id)) return $"has two fields with id {field.Id}; one of them is {name}.";
            if (!names.Add(name)) return $"has two fields named {name}.";
            if (field.Required && field.Type.Id == TypeId.Unknown) return $"has the required field {name} of type unknown, which must be optional.";
        }
        return schema.IdentifierFieldIds.Select(id => IdentifierProblem(schema, id)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>"Identifier Field IDs": a required primitive that is no float, in required structs only.</summary>
    public static string? IdentifierProblem(Schema schema, int id)
    {
        if (schema.FindField(id) is not { } field) return $"names field {id} as an identifier field, but has no such field.";
        string name = schema.NameOf(id)!;
        if (!field.Type.IsPrimitive) return $"cannot have {name} as an identifier field: it is not of a primitive type.";
        if (!field.Required) return $"cannot have {name} as an identifier field: it is not required.";
        if (field.Type.Id is TypeId.Float or TypeId.Double) return $"cannot have {name} as an identifier field: it is a {field.Type}.";
        for (NestedField? parent = schema.ParentOf(id); parent is not null; parent = schema.ParentOf(parent.Id))
        {
            if (parent.Type is not StructType) return $"cannot have {name} as an identifier field: it is nested in a list or map.";
            if (!parent.Required) return $"cannot have {name} as an identifier field: {schema.NameOf(parent.Id)} around it is optional.";
        }
        return null;
    }

    /// <summary>Whether the format version has everything the schema uses: types and initial defaults of v3.</summary>
    public static string? VersionProblem(Schema schema, int formatVersion)
    {
        foreach ((NestedField field, string name) in schema.NamedFields)
        {
            if (field.Type.MinFormatVersion > formatVersion)
            {
                return $"has {name} of type {field.Type}, which needs format version {field.Type.MinFormatVersion} (the table has {formatVersion}).";
            }
            if (field.InitialDefault is not null && formatVersion < 3)
            {
                return $"has an initial default for {name}, which needs format version 3 (the table has {formatVersion}).";
            }
        }
        return null;
    }
}
