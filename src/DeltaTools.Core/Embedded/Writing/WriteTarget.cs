using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>How data files of a table are written.</summary>
public sealed record WriteTarget
{
    /// <summary>For messages.</summary>
    public string TableName { get; init; } = "the table";

    public required Schema Schema { get; init; }

    public PartitionSpec Spec { get; init; } = PartitionSpec.Unpartitioned;

    public SortOrder SortOrder { get; init; } = SortOrder.Unsorted;

    /// <summary>Terms of an ORDER BY that stand in for the sort order: over the target's columns and whatever else the rows come with. The files
    /// keep the order, and are not marked as sorted unless <see cref="SortOrder"/> says so.</summary>
    public string? OrderSql { get; init; }

    /// <summary>The partition that all rows are known to belong to, which saves working it out; then they keep their order over all files, where no
    /// other is asked for. Null: each row's own.</summary>
    public PartitionTuple? Partition { get; init; }

    /// <summary>Folder of data files, without a slash at its end.</summary>
    public required string DataLocation { get; init; }

    /// <summary>Files are closed once they are about this large. In bytes.</summary>
    public long TargetFileSize { get; init; } = TableProperties.TargetFileSizeDefault;

    /// <summary>Codec as in <c>write.parquet.compression-codec</c>.</summary>
    public string Compression { get; init; } = "zstd";

    /// <summary>Level of zstd or gzip; null for the codec's default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>The rows come with <c>_row_id</c> and <c>_last_updated_sequence_number</c>, to be stored: a rewrite of rows of a v3 table.</summary>
    public bool KeepsRowLineage { get; init; }

    /// <summary>Ordinal of the first file. File names sort by ordinal, so the files of several sources can be told apart in their order.</summary>
    public int FirstOrdinal { get; init; }

    /// <summary>Ordinals to leave for each source.</summary>
    public const int OrdinalsPerSource = 1000;

    /// <summary>Columns that the rows come with, in any order, named as <see cref="Sql.Column(NestedField)"/> says.</summary>
    public ImmutableArray<NestedField> Columns => KeepsRowLineage
        ? [.. Schema.Fields, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber]
        : Schema.Fields;

    /// <summary>The current schema, default spec and sort order, and what the properties say.</summary>
    /// <exception cref="IcebergException">Unsupported: the table wants another file format.</exception>
    public static WriteTarget Of(TableMetadata table, string? tableName = null)
    {
        string format = table.Properties.GetValueOrDefault(TableProperties.DefaultFileFormat, "parquet");
        if (!format.Equals("parquet", StringComparison.OrdinalIgnoreCase))
        {
            throw IcebergException.Unsupported(
                $"The table wants data files in {format} (property {TableProperties.DefaultFileFormat}); only Parquet is written. "
                + "Remove the property with Set-IcebergTable -RemoveProperty.");
        }
        return new WriteTarget
        {
            TableName = tableName ?? table.Location,
            Schema = table.CurrentSchema,
            Spec = table.DefaultSpec,
            SortOrder = table.DefaultSortOrder,
            DataLocation = (table.Properties.GetValueOrDefault(TableProperties.DataPath) ?? table.Location.TrimEnd('/') + "/data").TrimEnd('/'),
            TargetFileSize = TableProperties.Long(table.Properties, TableProperties.TargetFileSize, TableProperties.TargetFileSizeDefault),
            Compression = table.Properties.GetValueOrDefault(TableProperties.ParquetCompression, "zstd"),
            CompressionLevel = table.Properties.TryGetValue(TableProperties.ParquetCompressionLevel, out string? level)
                && int.TryParse(level, CultureInfo.InvariantCulture, out int number) ? number : null,
        };
    }
}
