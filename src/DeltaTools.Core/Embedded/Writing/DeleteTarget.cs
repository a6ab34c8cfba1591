using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Embedded.Writing;

/// <summary>How delete files of a table are written.</summary>
public sealed record DeleteTarget
{
    /// <summary>3 writes deletion vectors, 2 position delete files.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Folder of data and delete files, without a slash at its end.</summary>
    public required string DataLocation { get; init; }

    /// <summary>Codec of position delete files.</summary>
    public string Compression { get; init; } = "zstd";

    /// <summary>One position delete file for each partition instead of each data file (<c>write.delete.granularity</c> = <c>partition</c>):
    /// fewer files, and slower reading.</summary>
    public bool ByPartition { get; init; }

    /// <exception cref="IcebergException">Unsupported: version 1 has no row deletes.</exception>
    public static DeleteTarget Of(TableMetadata table)
    {
        if (table.FormatVersion < 2)
            throw IcebergException.Unsupported("Format version 1 has no row deletes. Upgrade with Set-IcebergTable -FormatVersion 2.");
        WriteTarget data = WriteTarget.Of(table);
        return new DeleteTarget
        {
            FormatVersion = table.FormatVersion,
            DataLocation = data.DataLocation,
            Compression = data.Compression,
            ByPartition = table.Properties.GetValueOrDefault(TableProperties.DeleteGranularity, "file").Equals("partition", StringComparison.OrdinalIgnoreCase),
        };
    }
}
