using DeltaTools.Cmdlets;
using DeltaTools.Core.Importing;

namespace DeltaTools;

/// <summary>What became of an existing file that was to be added to a table.</summary>
public sealed class IcebergFileImport : TableOutput
{
    internal IcebergFileImport(OpenTable table, FieldCatalog fields, FileImport import) : base(table.Source)
    {
        Path = import.Location;
        Status = (IcebergFileImportStatus)import.Status;
        SnapshotId = import.SnapshotId;
        if (import.File is not { } file) return;
        Rows = file.RecordCount;
        Size = file.FileSizeInBytes;
        if (import.Status == FileImportStatus.Imported) Partition = PartitionValues.Text(fields.Spec(file.SpecId), fields.PartitionType(file.SpecId), file.Partition);
    }

    /// <summary>Location of the file.</summary>
    public string Path { get; }

    public IcebergFileImportStatus Status { get; }

    /// <summary>Rows of the file; null when it was part of the table before.</summary>
    public long? Rows { get; }

    /// <summary>Bytes; null when it was part of the table before.</summary>
    public long? Size { get; }

    /// <summary>The partition that its rows belong to, <c>country=DE</c>; null when unpartitioned.</summary>
    public string? Partition { get; }

    /// <summary>The snapshot that added it.</summary>
    public long? SnapshotId { get; }

    public override string ToString() => Path;
}

/// <summary>What became of a file.</summary>
public enum IcebergFileImportStatus
{
    /// <summary>It is part of the table now.</summary>
    Imported,

    /// <summary>It was part of the table before.</summary>
    AlreadyImported,

    /// <summary>It has no rows, so there was nothing to do.</summary>
    Empty,
}
