using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Manifests.Avro;

namespace DeltaTools.Core.Embedded.Avro;

/// <summary>Writes the SQL that turns the lines of <see cref="AvroJson"/> into a Parquet file.</summary>
internal static class AvroSql
{
    public static string FieldName(int index) => "f" + index.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="IcebergException">Unsupported: unions other than with null, enums.</exception>
    public static void Check(AvroType type, string file)
    {
        switch (type)
        {
            case AvroRecord record:
                foreach (AvroField field in record.Fields) Check(field.Type, file);
                break;
            case AvroArray array: Check(array.Items, file); break;
            case AvroMap map: Check(map.Values, file); break;
            case AvroUnion union when union.Branches.Length == 2 && union.Branches.Any(IsNull): Check(Inner(union), file); break;
            case AvroUnion or AvroEnum: throw IcebergException.Unsupported($"The Avro file {file} holds a union or enum, which Iceberg does not have.");
        }
    }

    public static string Copy(AvroRecord schema, string json, string parquet, long longestObject)
    {
        ImmutableArray<string> names = Names(schema);
        string columns = string.Join(", ", schema.Fields.Select((f, i) => $"{FieldName(i)}: {Sql.Text(JsonType(f.Type))}"));
        string items = string.Join(", ", schema.Fields.Select((f, i) => $"{Value(f.Type, FieldName(i), 0)} AS {Sql.Name(names[i])}"));
        string ids = Ids(schema);
        string options = ids.Length == 0 ? "" : $", FIELD_IDS {{{ids}}}";
        return string.Create(CultureInfo.InvariantCulture,
            $"COPY (SELECT {items} FROM read_json({Sql.Path(json)}, format = 'newline_delimited', columns = {{{columns}}}, maximum_object_size = {longestObject})) TO {Sql.Text(parquet)} (FORMAT parquet, COMPRESSION uncompressed{options})");
    }

    /// <summary>How the engine parses the JSON.</summary>
    private static string JsonType(AvroType type) => type switch
    {
        AvroUnion union => JsonType(Inner(union)),
        AvroRecord record => $"STRUCT({string.Join(", ", record.Fields.Select((f, i) => $"{FieldName(i)} {JsonType(f.Type)}"))})",
        AvroArray array => $"{JsonType(array.Items)}[]",
        AvroMap map => $"STRUCT(f0 VARCHAR, f1 {JsonType(map.Values)})[]",
        AvroPrimitive p => p.Kind switch
        {
            AvroKind.Boolean => "BOOLEAN",
            AvroKind.Int => "INTEGER",
            AvroKind.Long => "BIGINT",
            _ => "VARCHAR",
        },
        _ => "VARCHAR",
    };

    private static string Value(AvroType type, string source, int depth) => type switch
    {
        AvroUnion union => Value(Inner(union), source, depth),
        AvroPrimitive p => Primitive(p, source),
        AvroFixed { LogicalType: "decimal" } f => string.Create(CultureInfo.InvariantCulture, $"CAST({source} AS DECIMAL({f.Precision},{f.Scale}))"),
        AvroFixed { LogicalType: "uuid", Size: 16 } => $"CAST({source} AS UUID)",
        AvroFixed => $"unhex({source})",
        AvroRecord record => Struct(record, source, depth),
        AvroArray { IsMap: true, Items: AvroRecord { Fields.Length: 2 } pair } => Map(pair.Fields[0].Type, pair.Fields[1].Type, source, depth),
        AvroArray array => $"list_transform({source}, lambda x{depth}: {Value(array.Items, $"x{depth}", depth + 1)})",
        AvroMap map => Map(AvroType.String, map.Values, source, depth),
        _ => source,
    };

    private static string Struct(AvroRecord record, string source, int depth)
    {
        ImmutableArray<string> names = Names(record);
        IEnumerable<string> parts = record.Fields.Select((f, i) =>
            $"{Sql.Name(names[i])} := {Value(f.Type, $"struct_extract({source}, '{FieldName(i)}')", depth)}");
        return $"CASE WHEN {source} IS NULL THEN NULL ELSE struct_pack({string.Join(", ", parts)}) END";
    }

    private static string Map(AvroType key, AvroType value, string source, int depth) =>
        $"map_from_entries(list_transform({source}, lambda x{depth}: struct_pack(key := {Value(key, $"x{depth}.f0", depth + 1)}, "
        + $"value := {Value(value, $"x{depth}.f1", depth + 1)})))";

    private static string Primitive(AvroPrimitive type, string source) => (type.Kind, type.LogicalType) switch
    {
        (AvroKind.Float, _) => $"CAST({source} AS FLOAT)",
        (AvroKind.Double, _) => $"CAST({source} AS DOUBLE)",
        (AvroKind.Bytes, _) => $"unhex({source})",
        (AvroKind.Int, "date") => $"make_date({source})",
        (AvroKind.Int, "time-millis") => $"(TIME '00:00:00' + to_milliseconds({source}))",
        (AvroKind.Long, "time-micros") => $"(TIME '00:00:00' + to_microseconds({source}))",
        (AvroKind.Long, "timestamp-millis") => $"make_timestamp_ms({source})",
        (AvroKind.Long, "timestamp-nanos" or "local-timestamp-nanos") => $"make_timestamp_ns({source})",
        (AvroKind.Long, "timestamp-micros") when type.AdjustToUtc == true => $"CAST(make_timestamp({source}) AS TIMESTAMPTZ)",
        (AvroKind.Long, "timestamp-micros" or "local-timestamp-micros") => $"make_timestamp({source})",
        (AvroKind.Null, _) => $"CAST({source} AS INTEGER)",
        _ => source,
    };

    private static string Ids(AvroRecord record)
    {
        ImmutableArray<string> names = Names(record);
        return string.Join(", ", record.Fields.Select((f, i) => Id(f.Type, f.Id) is { } id ? $"{Sql.Name(names[i])}: {id}" : null).OfType<string>());
    }

    private static string? Id(AvroType type, int? id)
    {
        string inner = type switch
        {
            AvroUnion union => Id(Inner(union), null) is { } nested && nested.StartsWith('{') ? nested[1..^1] : "",
            AvroRecord record => Ids(record),
            AvroArray { IsMap: true, Items: AvroRecord { Fields.Length: 2 } pair } =>
                Pair("key", Id(pair.Fields[0].Type, pair.Fields[0].Id), "value", Id(pair.Fields[1].Type, pair.Fields[1].Id)),
            AvroArray array => Id(array.Items, array.ElementId) is { } element ? $"element: {element}" : "",
            AvroMap map => Id(map.Values, null) is { } value ? $"value: {value}" : "",
            _ => "",
        };
        if (inner.Length == 0) return id?.ToString(CultureInfo.InvariantCulture);
        return id is null ? $"{{{inner}}}" : string.Create(CultureInfo.InvariantCulture, $"{{__duckdb_field_id: {id}, {inner}}}");
    }

    private static string Pair(string first, string? firstId, string second, string? secondId) => string.Join(
        ", ", new[] { firstId is null ? null : $"{first}: {firstId}", secondId is null ? null : $"{second}: {secondId}" }.OfType<string>());

    /// <summary>Iceberg's names, made unique when they differ only in case.</summary>
    private static ImmutableArray<string> Names(AvroRecord record) =>
    [
        .. record.Fields.Select((f, i) => Name(f) is var name && record.Fields.Count(o => Name(o).Equals(name, StringComparison.OrdinalIgnoreCase)) > 1
            ? $"{name}_{FieldName(i)}"
            : name),
    ];

    private static string Name(AvroField field) => field.OriginalName ?? field.Name;

    private static AvroType Inner(AvroUnion union) => union.Branches.First(b => !IsNull(b));

    private static bool IsNull(AvroType type) => type is AvroPrimitive { Kind: AvroKind.Null };
}
