using System.Collections.Immutable;
using DeltaTools.Core.Embedded.Footers;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>Whether the columns of an existing file hold what the table's columns say ("Parquet" in Appendix A, and the type promotions).</summary>
/// <remarks>Stricter than reading, which takes what it can: what is added to a table must be right for every reader.</remarks>
internal sealed class ColumnFit
{
    private readonly Dictionary<int, SchemaElement> _leaves;

    private ColumnFit(ImmutableArray<LeafColumn> leaves) => _leaves = leaves.DistinctBy(l => l.Id).ToDictionary(l => l.Id, l => l.Path[^1]);

    /// <returns>What is wrong, a text for each column that does not fit.</returns>
    public static ImmutableArray<string> Problems(Schema schema, PhysicalSchema file, ImmutableArray<LeafColumn> leaves)
    {
        var fit = new ColumnFit(leaves);
        return
        [
            .. schema.Fields.Select(field => (field, column: file.Columns.FirstOrDefault(c => c.Id == field.Id)))
                .Where(p => p.column is not null)
                .Select(p => fit.Problem(p.field.Type, p.column!, p.field.Name)).OfType<string>(),
        ];
    }

    private string? Problem(IcebergType type, PhysicalField physical, string name) => (type, physical.Kind) switch
    {
        (StructType s, PhysicalKind.Struct) => s.Fields.Select(f => physical.Child(f.Id) is { } child
            ? Problem(f.Type, child, $"{name}.{f.Name}")
            : f is { Required: true, InitialDefault: null } ? $"{name}.{f.Name}, which is required, is missing" : null).FirstOrDefault(p => p is not null),
        (ListType l, PhysicalKind.List) => Problem(l.Element.Type, physical.Element, $"{name}.element"),
        (MapType m, PhysicalKind.Map) =>
            Problem(m.Key.Type, physical.Children[0], $"{name}.key") ?? Problem(m.Value.Type, physical.Children[1], $"{name}.value"),
        (VariantType, PhysicalKind.Variant) => null,
        (PrimitiveType p, PhysicalKind.Primitive) when Fits(p, physical) => null,
        (_, PhysicalKind.Primitive) => $"{name} is {physical.EngineType}{(physical.IsUtcNanos ? " in UTC" : "")} in the file and {type} in the table",
        _ => $"{name} is a {physical.Kind.ToString().ToLowerInvariant()} in the file and {type} in the table",
    };

    private bool Fits(PrimitiveType type, PhysicalField physical)
    {
        SchemaElement? leaf = physical.Id is { } id ? _leaves.GetValueOrDefault(id) : null;
        string engine = physical.EngineType;
        return type.Id switch
        {
            TypeId.Unknown => true,
            TypeId.Int => engine is "INTEGER" or "SMALLINT" or "TINYINT" or "USMALLINT" or "UTINYINT",
            TypeId.Long => engine is "BIGINT" or "UINTEGER" or "INTEGER" or "SMALLINT" or "TINYINT" or "USMALLINT" or "UTINYINT",
            TypeId.Float => engine == "FLOAT",
            TypeId.Double => engine is "DOUBLE" or "FLOAT",
            TypeId.Decimal => engine.StartsWith("DECIMAL", StringComparison.Ordinal) && leaf is not null
                && leaf.Scale == ((DecimalType)type).Scale && leaf.Precision <= ((DecimalType)type).Precision,
            TypeId.Time => engine is "TIME" or "TIME WITH TIME ZONE",
            // Files of old writers do not say whether a timestamp is in UTC; by the format's rules it is.
            TypeId.TimestampTz => engine == "TIMESTAMP WITH TIME ZONE" || (engine == "TIMESTAMP" && leaf?.Logical == LogicalKind.None),
            TypeId.TimestampNs => engine == "TIMESTAMP_NS" && !physical.IsUtcNanos,
            TypeId.TimestampTzNs => engine == "TIMESTAMP_NS" && physical.IsUtcNanos,
            TypeId.String => engine is "VARCHAR" or "BLOB",
            TypeId.Fixed => engine == "BLOB" && leaf?.Primitive == ParquetPrimitive.FixedLenByteArray && leaf.TypeLength == ((FixedType)type).Length,
            TypeId.Geometry or TypeId.Geography => engine is "GEOMETRY" or "BLOB",
            _ => engine == DuckTypes.Of(type),
        };
    }
}
