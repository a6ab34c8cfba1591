using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>What may be a default ("Default values").</summary>
public static class DefaultRules
{
    /// <exception cref="IcebergException">InvalidArgument: the format version knows no defaults, or the value does not fit the type.</exception>
    public static void Check(NestedField field, string name, int formatVersion)
    {
        if ((field.WriteDefault ?? field.InitialDefault) is not { } value) return;
        if (formatVersion < 3) throw IcebergException.Invalid($"The default of {name} needs format version 3; the table has {formatVersion}.");
        if (field.Type.Id is TypeId.Unknown or TypeId.Variant or TypeId.Geometry or TypeId.Geography or TypeId.List or TypeId.Map)
        {
            throw IcebergException.Invalid($"{name} cannot have a default: columns of type {field.Type} default to NULL.");
        }
        if (field.Type is StructType)
        {
            if (value is not object?[] { Length: 0 }) throw IcebergException.Invalid($"The default of the struct {name} stands with its fields.");
            return;
        }
        // Writing it down shows whether it fits.
        JsonText.Bytes(writer => SingleValueJson.Write(writer, field.Type, value));
    }

    /// <summary>A field that is added: what writers use by default is what the rows that are there have, at every depth.</summary>
    /// <inheritdoc cref="Check"/>
    public static NestedField WithInitial(NestedField field, string name, int formatVersion)
    {
        Check(field, name, formatVersion);
        return field with { InitialDefault = field.InitialDefault ?? field.WriteDefault, Type = WithInitial(field.Type, name, formatVersion) };
    }

    private static IcebergType WithInitial(IcebergType type, string name, int formatVersion) => type switch
    {
        StructType s => new StructType([.. s.Fields.Select(f => WithInitial(f, $"{name}.{f.Name}", formatVersion))]),
        ListType list => new ListType(WithInitial(list.Element, $"{name}.element", formatVersion)),
        MapType map => new MapType(WithInitial(map.Key, $"{name}.key", formatVersion), WithInitial(map.Value, $"{name}.value", formatVersion)),
        _ => type,
    };
}
