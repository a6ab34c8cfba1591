using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;

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

    /// <param name="partitionPath">Folders such as <c>day=2021-01-01</c> below the data folder; empty for an unpartitioned table.</param>
    public static string NewDataFile(TableMetadata metadata, string fileName, string partitionPath = "") =>
        partitionPath.Length == 0 ? $"{DataFolder(metadata)}/{fileName}" : $"{DataFolder(metadata)}/{partitionPath}/{fileName}";

    public static string NewMetadataFile(TableMetadata metadata, string fileName) => $"{MetadataFolder(metadata)}/{fileName}";
}
