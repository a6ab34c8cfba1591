using System.Collections.Immutable;
using DeltaTools.Cmdlets;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;
using DeltaTools.Core.Tables;

namespace DeltaTools;

/// <summary>A table as its metadata describes it.</summary>
public sealed class IcebergTable : TableOutput
{
    internal IcebergTable(OpenTable table) : base(table.Source)
    {
        TableMetadata metadata = table.Metadata;
        Snapshot? current = metadata.CurrentSnapshot;
        Catalog = table.Source.Connection?.Name;
        Namespace = table.Table.Identifier?.NamespaceText;
        Name = table.Table.Identifier?.Name;
        Format = metadata.FormatVersion;
        Snapshots = metadata.Snapshots.Length;
        Records = current is null ? 0 : RowTotals.Of(current);
        Size = current is null ? 0 : SnapshotSummary.Number(current, SnapshotSummary.TotalFilesSize);
        DataFiles = current is null ? 0 : SnapshotSummary.Number(current, SnapshotSummary.TotalDataFiles);
        DeleteFiles = current is null ? 0 : SnapshotSummary.Number(current, SnapshotSummary.TotalDeleteFiles);
        LastUpdated = metadata.LastUpdated;
        Uuid = metadata.TableUuid;
        Location = metadata.Location;
        MetadataLocation = table.Table.MetadataLocation;
        CurrentSnapshotId = metadata.CurrentSnapshotId;
        Schema = IcebergColumn.Of(metadata.CurrentSchema);
        Partition = [.. PartitionText.Print(metadata.DefaultSpec, metadata.CurrentSchema)];
        SortOrder = [.. SortText.Print(metadata.DefaultSortOrder, metadata.CurrentSchema)];
        Refs = [.. metadata.Refs.Keys];
        Properties = metadata.Properties;
    }

    /// <summary>Name of the connection; null when the table was opened by path.</summary>
    public string? Catalog { get; }

    public string? Namespace { get; }

    public string? Name { get; }

    /// <summary>Format version: 1, 2 or 3.</summary>
    public int Format { get; }

    /// <summary>How many snapshots can be read.</summary>
    public int Snapshots { get; }

    /// <summary>Rows of the current state; null when only reading them would tell, since there are delete files.</summary>
    public long? Records { get; }

    /// <summary>Bytes of the current state's files.</summary>
    public long? Size { get; }

    public long? DataFiles { get; }

    public long? DeleteFiles { get; }

    public DateTimeOffset LastUpdated { get; }

    public Guid? Uuid { get; }

    public string Location { get; }

    public string MetadataLocation { get; }

    public long? CurrentSnapshotId { get; }

    public IcebergColumn[] Schema { get; }

    /// <summary>Partition fields, spelled as New-IcebergTable takes them.</summary>
    public string[] Partition { get; }

    /// <summary>Sort fields, spelled as New-IcebergTable takes them.</summary>
    public string[] SortOrder { get; }

    /// <summary>Names of the branches and tags.</summary>
    public string[] Refs { get; }

    public ImmutableSortedDictionary<string, string> Properties { get; }

    public override string ToString() => Table;
}
