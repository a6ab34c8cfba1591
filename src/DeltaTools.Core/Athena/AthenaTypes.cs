using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>Types in Athena's words.</summary>
public static class AthenaTypes
{
    /// <summary>The type in queries and changes.</summary>
    /// <exception cref="IcebergException">Unsupported.</exception>
    public static string Of(IcebergType type) => type switch
    {
        DecimalType d => string.Create(CultureInfo.InvariantCulture, $"decimal({d.Precision},{d.Scale})"),
        StructType s => $"row({string.Join(", ", s.Fields.Select(f => $"{AthenaSql.Name(f.Name)} {Of(f.Type)}"))})",
        ListType l => $"array({Of(l.Element.Type)})",
        MapType m => $"map({Of(m.Key.Type)}, {Of(m.Value.Type)})",
        _ => type.Id switch
        {
            TypeId.Boolean => "boolean",
            TypeId.Int => "integer",
            TypeId.Long => "bigint",
            TypeId.Float => "real",
            TypeId.Double => "double",
            TypeId.Date => "date",
            TypeId.Time => "time(6)",
            TypeId.Timestamp => "timestamp(6)",
            TypeId.TimestampTz => "timestamp(6) with time zone",
            TypeId.String => "varchar",
            TypeId.Uuid => "uuid",
            TypeId.Binary or TypeId.Fixed => "varbinary",
            _ => throw NotThere(type),
        },
    };

    /// <summary>The type in CREATE TABLE, which knows fewer.</summary>
    /// <exception cref="IcebergException">Unsupported.</exception>
    public static string Hive(IcebergType type) => type switch
    {
        DecimalType d => string.Create(CultureInfo.InvariantCulture, $"decimal({d.Precision},{d.Scale})"),
        StructType s => $"struct<{string.Join(", ", s.Fields.Select(f => $"{AthenaSql.HiveName(f.Name)}: {Hive(f.Type)}"))}>",
        ListType l => $"array<{Hive(l.Element.Type)}>",
        MapType m => $"map<{Hive(m.Key.Type)}, {Hive(m.Value.Type)}>",
        _ => type.Id switch
        {
            TypeId.Boolean => "boolean",
            TypeId.Int => "int",
            TypeId.Long => "bigint",
            TypeId.Float => "float",
            TypeId.Double => "double",
            TypeId.Date => "date",
            TypeId.Timestamp => "timestamp",
            TypeId.String => "string",
            TypeId.Binary => "binary",
            _ => throw NotThere(type),
        },
    };

    /// <summary>The type of a column of a result, as the service names it; null for those that come as text: arrays, rows, maps, JSON.</summary>
    public static IcebergType? Result(string type, int? precision, int? scale) => type switch
    {
        "boolean" => IcebergType.Boolean,
        "tinyint" or "smallint" or "integer" or "int" => IcebergType.Int,
        "bigint" => IcebergType.Long,
        "float" or "real" => IcebergType.Float,
        "double" => IcebergType.Double,
        "decimal" => IcebergType.Decimal(precision ?? 38, scale ?? 0),
        "date" => IcebergType.Date,
        "time" => IcebergType.Time,
        "timestamp" => IcebergType.Timestamp,
        "timestamp with time zone" => IcebergType.TimestampTz,
        "varchar" or "char" or "string" => IcebergType.String,
        "varbinary" => IcebergType.Binary,
        "uuid" => IcebergType.Uuid,
        _ => null,
    };

    private static IcebergException NotThere(IcebergType type) =>
        IcebergException.Unsupported($"Athena has no type {type}. Use -Engine Embedded.");
}
