using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs;

/// <summary>Types in Glue's (Hive's) words, for people and tools that look at the catalog; readers of the table use its metadata.</summary>
internal static class GlueTypes
{
    public static string Of(IcebergType type) => type switch
    {
        DecimalType d => string.Create(CultureInfo.InvariantCulture, $"decimal({d.Precision},{d.Scale})"),
        StructType s => $"struct<{string.Join(',', s.Fields.Select(f => $"{f.Name}:{Of(f.Type)}"))}>",
        ListType l => $"array<{Of(l.Element.Type)}>",
        MapType m => $"map<{Of(m.Key.Type)},{Of(m.Value.Type)}>",
        _ => type.Id switch
        {
            TypeId.Boolean => "boolean",
            TypeId.Int => "int",
            TypeId.Long => "bigint",
            TypeId.Float => "float",
            TypeId.Double => "double",
            TypeId.Date => "date",
            TypeId.Timestamp or TypeId.TimestampTz or TypeId.TimestampNs or TypeId.TimestampTzNs => "timestamp",
            TypeId.String or TypeId.Time or TypeId.Uuid => "string",
            TypeId.Binary or TypeId.Fixed or TypeId.Geometry or TypeId.Geography => "binary",
            _ => type.ToString(),
        },
    };
}
