using System.Globalization;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>The options of the engine's COPY for Parquet files of a table.</summary>
internal static class ParquetOptions
{
    /// <summary>Where Java's writer puts the schema; readers without field ids (icebird) find renamed columns by it.</summary>
    private const string SchemaKey = "iceberg.schema";

    /// <param name="parent">The columns of the file as a struct.</param>
    public static string Of(WriteTarget target, StructType parent) =>
        $"FORMAT parquet, GEOPARQUET_VERSION 'NONE', {Compression(target)}, FIELD_IDS {{{Ids(parent)}}}, "
        + $"KV_METADATA {{{Sql.Text(SchemaKey)}: {Sql.Text(SchemaJson.ToText(Stored(target)))}}}";

    private static Schema Stored(WriteTarget target) =>
        target.Schema with { Struct = new StructType([.. target.Schema.Fields.Where(f => f.Type.Id != TypeId.Unknown)]) };

    private static string Compression(WriteTarget target)
    {
        string codec = target.Compression.ToLowerInvariant() switch
        {
            "zstd" => "zstd",
            "snappy" => "snappy",
            "gzip" => "gzip",
            "brotli" => "brotli",
            "lz4" or "lz4_raw" => "lz4_raw",
            "uncompressed" or "none" => "uncompressed",
            _ => throw IcebergException.Invalid(
                $"{TableProperties.ParquetCompression} = '{target.Compression}' is not a codec of Parquet files: zstd, snappy, gzip, brotli, lz4, uncompressed."),
        };
        return codec == "zstd" && target.CompressionLevel is { } level
            ? string.Create(CultureInfo.InvariantCulture, $"COMPRESSION zstd, COMPRESSION_LEVEL {level}")
            : $"COMPRESSION {codec}";
    }

    private static string Ids(StructType type) => string.Join(", ", type.Fields
        .Where(f => f.Type.Id != TypeId.Unknown)
        .Select(f => $"{Sql.Name(FileNames.Of(type, f))}: {Id(f)}"));

    private static string Id(NestedField field)
    {
        string id = field.Id.ToString(CultureInfo.InvariantCulture);
        return field.Type switch
        {
            StructType s => $"{{__duckdb_field_id: {id}, {Ids(s)}}}",
            ListType l => $"{{__duckdb_field_id: {id}, element: {Id(l.Element)}}}",
            MapType m => $"{{__duckdb_field_id: {id}, key: {Id(m.Key)}, value: {Id(m.Value)}}}",
            _ => id,
        };
    }
}
