using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Athena;

/// <summary>CREATE TABLE on Athena, which makes what it can: no required columns, no sort order, format version 2, its own table properties.</summary>
public static class AthenaCreateTable
{
    /// <summary>The table properties that Athena takes; all others are set afterwards.</summary>
    public static readonly ImmutableArray<string> Properties =
    [
        "format", "write_compression", "optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold",
        "optimize_rewrite_min_data_file_size_bytes", "optimize_rewrite_max_data_file_size_bytes", "write_target_data_file_size_bytes",
        "vacuum_min_snapshots_to_keep", "vacuum_max_snapshot_age_seconds", "vacuum_max_metadata_files_to_keep",
    ];

    /// <exception cref="IcebergException">Unsupported: Athena cannot make such a table.</exception>
    public static string Of(TableIdentifier table, Schema schema, PartitionSpec spec, string location, IEnumerable<KeyValuePair<string, string>> properties)
    {
        if (schema.Fields.FirstOrDefault(f => f.Required) is { } required)
            throw IcebergException.Unsupported($"Column {required.Name} is NOT NULL, which Athena cannot make. Use -Engine Embedded.");
        IEnumerable<string> columns = schema.Fields.Select(f =>
            $"{AthenaSql.HiveName(f.Name)} {AthenaTypes.Hive(f.Type)}{(f.Doc is null ? "" : $" COMMENT {AthenaSql.HiveText(f.Doc)}")}");
        string partitioned = spec.Fields.IsEmpty ? "" : $" PARTITIONED BY ({string.Join(", ", spec.Fields.Select(f => Term(f, schema)))})";
        IEnumerable<string> given = properties.Where(p => Properties.Contains(p.Key)).Select(p => $", {AthenaSql.HiveText(p.Key)} = {AthenaSql.HiveText(p.Value)}");
        return $"CREATE TABLE {AthenaSql.HiveTable(table)} ({string.Join(", ", columns)}){partitioned} LOCATION {AthenaSql.HiveText(location)} "
            + $"TBLPROPERTIES ('table_type' = 'ICEBERG'{string.Concat(given)})";
    }

    private static string Term(PartitionField field, Schema schema)
    {
        string column = AthenaSql.HiveName(schema.FindField(field.SourceId)!.Name);
        return field.Transform switch
        {
            IdentityTransform => column,
            BucketTransform b => string.Create(CultureInfo.InvariantCulture, $"bucket({b.Count}, {column})"),
            TruncateTransform t => string.Create(CultureInfo.InvariantCulture, $"truncate({t.Width}, {column})"),
            YearTransform or MonthTransform or DayTransform or HourTransform => $"{field.Transform}({column})",
            _ => throw IcebergException.Unsupported($"Athena cannot partition by {field.Transform}({column}). Use -Engine Embedded."),
        };
    }
}
