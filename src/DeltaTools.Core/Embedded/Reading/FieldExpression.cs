using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Reading;

/// <summary>Writes the SQL that turns what a file holds into what the schema says: renamed, added, dropped, reordered and widened at any depth.</summary>
/// <param name="file">A file of the group, for messages.</param>
/// <param name="constant">SQL of the value that a field has when the file does not hold it.</param>
internal sealed class FieldExpression(string file, Func<NestedField, string> constant)
{
    /// <param name="source">SQL of the value in the file.</param>
    public string Of(IcebergType type, PhysicalField physical, string source, int depth = 0)
    {
        if (IsSame(type, physical)) return source;
        return type switch
        {
            StructType s when physical.Kind == PhysicalKind.Struct => Struct(s, physical, source, depth),
            ListType l when physical.Kind == PhysicalKind.List =>
                $"list_transform({source}, lambda x{depth}: {Of(l.Element.Type, physical.Element, $"x{depth}", depth + 1)})",
            MapType m when physical.Kind == PhysicalKind.Map => Map(m, physical, source, depth),
            VariantType when physical.Kind == PhysicalKind.Variant =>
                $"CASE WHEN {source} IS NULL THEN NULL ELSE CAST(variant_to_parquet_variant({source}) AS {DuckTypes.Variant}) END",
            VariantType when IsPlainVariant(physical) => source,
            VariantType => throw IcebergException.Unsupported(
                $"Column {physical.Name} of {file} holds a shredded variant that is not marked as one, which cannot be read."),
            PrimitiveType p when physical.Kind == PhysicalKind.Primitive => Convert(p, physical.EngineType, source),
            _ => throw IcebergException.Corrupt($"Column {physical.Name} of {file} is a {physical.Kind.ToString().ToLowerInvariant()}, but the table says {type}."),
        };
    }

    /// <summary>Whether the engine reads the value just as the schema wants it.</summary>
    public static bool IsSame(IcebergType type, PhysicalField physical) => (type, physical.Kind) switch
    {
        (StructType s, PhysicalKind.Struct) => s.Fields.Length == physical.Children.Length && s.Fields.Zip(physical.Children).All(p =>
            p.First.Id == p.Second.Id && Sql.FieldName(s, p.First) == p.Second.EngineName && IsSame(p.First.Type, p.Second)),
        (ListType l, PhysicalKind.List) => IsSame(l.Element.Type, physical.Element),
        (MapType m, PhysicalKind.Map) => IsSame(m.Key.Type, physical.Children[0]) && IsSame(m.Value.Type, physical.Children[1]),
        (PrimitiveType p, PhysicalKind.Primitive) => DuckTypes.Of(p) == physical.EngineType && p.Id != TypeId.Unknown,
        _ => false,
    };

    private string Struct(StructType type, PhysicalField physical, string source, int depth)
    {
        IEnumerable<string> parts = type.Fields.Select(field =>
        {
            PhysicalField? child = Child(physical, field);
            string value = child is null || field.Type.Id == TypeId.Unknown
                ? constant(field)
                : Of(field.Type, child, $"struct_extract({source}, {Sql.Text(child.EngineName)})", depth);
            return $"{Sql.Name(Sql.FieldName(type, field))} := {value}";
        });
        return $"CASE WHEN {source} IS NULL THEN NULL ELSE struct_pack({string.Join(", ", parts)}) END";
    }

    /// <summary>By id; by name inside a column that got its id by position, for its parts have none.</summary>
    private static PhysicalField? Child(PhysicalField physical, NestedField field) => physical.Children.Any(c => c.Id is not null)
        ? physical.Child(field.Id)
        : physical.Children.FirstOrDefault(c => c.Name == field.Name);

    private string Map(MapType type, PhysicalField physical, string source, int depth)
    {
        string entry = $"x{depth}";
        string key = Of(type.Key.Type, physical.Children[0], $"{entry}.key", depth + 1);
        string value = Of(type.Value.Type, physical.Children[1], $"{entry}.value", depth + 1);
        return $"map_from_entries(list_transform(map_entries({source}), lambda {entry}: struct_pack(key := {key}, value := {value})))";
    }

    private static bool IsPlainVariant(PhysicalField physical) =>
        physical.Kind == PhysicalKind.Struct && physical.Children.Select(c => c.Name).SequenceEqual(["metadata", "value"]);

    /// <summary>Promotions of the specification, and spellings that other writers chose for the same type.</summary>
    private static string Convert(PrimitiveType type, string engineType, string source)
    {
        bool isNumber = engineType is "INTEGER" or "BIGINT";
        return (type.Id, engineType) switch
        {
            (TypeId.Unknown, _) => $"CAST(NULL AS {DuckTypes.Of(type)})",
            (TypeId.String, "BLOB") => $"decode({source})",
            (TypeId.Fixed or TypeId.Binary, "VARCHAR") => $"encode({source})",
            (TypeId.Geometry or TypeId.Geography, "GEOMETRY") => $"ST_AsWKB({source})",
            (TypeId.Date, "INTEGER") => $"make_date({source})",
            (TypeId.Time, _) when isNumber => $"(TIME '00:00:00' + to_microseconds({source}))",
            (TypeId.Timestamp, _) when isNumber => $"make_timestamp({source}::BIGINT)",
            (TypeId.TimestampTz, _) when isNumber => $"CAST(make_timestamp({source}::BIGINT) AS TIMESTAMPTZ)",
            (TypeId.TimestampNs or TypeId.TimestampTzNs, _) when isNumber => $"make_timestamp_ns({source}::BIGINT)",
            _ => $"CAST({source} AS {DuckTypes.Of(type)})",
        };
    }
}
