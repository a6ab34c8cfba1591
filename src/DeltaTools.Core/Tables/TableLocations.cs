using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Tables;

/// <summary>Where new files of a table go. Readers never infer anything from it.</summary>
public static class TableLocations
{
    private const string OldDataPath = "write.folder-storage.path";

    /// <summary>The folder of data files, without a slash at its end.</summary>
    public static string DataFolder(TableMetadata metadata) =>
        (metadata.Properties.GetValueOrDefault(TableProperties.DataPath)
            ?? metadata.Properties.GetValueOrDefault(OldDataPath)
            ?? metadata.Location.TrimEnd('/') + "/data").TrimEnd('/');

    /// <summary>The folder of metadata files, without a slash at its end.</summary>
    public static string MetadataFolder(TableMetadata metadata) => MetadataFiles.FolderOf(metadata);

    /// <summary>Below the data folder; for a partitioned table in folders such as <c>received_day=2021-01-01</c>.</summary>
    public static string NewDataFile(TableMetadata metadata, string fileName, PartitionSpec? spec = null, PartitionTuple? tuple = null)
    {
        string path = spec is null || tuple is null || spec.IsUnpartitioned ? "" : PartitionPath.Of(spec, metadata.PartitionType(spec), tuple);
        return path.Length == 0 ? $"{DataFolder(metadata)}/{fileName}" : $"{DataFolder(metadata)}/{path}/{fileName}";
    }

    public static string NewMetadataFile(TableMetadata metadata, string fileName) => $"{MetadataFolder(metadata)}/{fileName}";
}
