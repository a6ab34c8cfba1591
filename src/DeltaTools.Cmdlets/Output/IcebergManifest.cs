using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;

namespace DeltaTools;

/// <summary>A manifest of a snapshot. Counts that the manifest list does not tell are null.</summary>
public sealed class IcebergManifest : TableOutput
{
    internal IcebergManifest(OpenTable table, FieldCatalog fields, ManifestFile manifest) : base(table.Source)
    {
        Content = manifest.Content.ToString();
        Path = manifest.ManifestPath;
        Size = manifest.ManifestLength;
        SpecId = manifest.PartitionSpecId;
        SequenceNumber = manifest.SequenceNumber;
        MinSequenceNumber = manifest.MinSequenceNumber;
        AddedSnapshotId = manifest.AddedSnapshotId;
        AddedFiles = manifest.AddedFilesCount;
        ExistingFiles = manifest.ExistingFilesCount;
        DeletedFiles = manifest.DeletedFilesCount;
        AddedRows = manifest.AddedRowsCount;
        ExistingRows = manifest.ExistingRowsCount;
        DeletedRows = manifest.DeletedRowsCount;
        FirstRowId = manifest.FirstRowId;
        Partitions = IcebergPartitionSummary.Of(manifest, fields);
    }

    /// <summary><c>Data</c> or <c>Deletes</c>.</summary>
    public string Content { get; }

    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    public int SpecId { get; }

    /// <summary>Sequence number of the commit that added it.</summary>
    public long? SequenceNumber { get; }

    /// <summary>Lowest data sequence number of its live files.</summary>
    public long? MinSequenceNumber { get; }

    public long AddedSnapshotId { get; }

    public int? AddedFiles { get; }

    public int? ExistingFiles { get; }

    public int? DeletedFiles { get; }

    public long? AddedRows { get; }

    public long? ExistingRows { get; }

    public long? DeletedRows { get; }

    /// <summary>Row id of the first row of its added files (format version 3).</summary>
    public long? FirstRowId { get; }

    /// <summary>What its files hold in each partition field.</summary>
    public IcebergPartitionSummary[] Partitions { get; }

    public override string ToString() => Path;
}
