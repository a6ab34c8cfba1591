using DeltaTools.Cmdlets;
using DeltaTools.Core.Checks;

namespace DeltaTools;

/// <summary>Something about a table that is not as it should be.</summary>
public sealed class IcebergFinding : TableOutput
{
    internal IcebergFinding(OpenTable table, Finding finding) : base(table.Source)
    {
        Severity = (IcebergFindingSeverity)finding.Severity;
        Check = finding.Check.ToString();
        Path = finding.Path;
        Message = finding.Message;
        SnapshotId = finding.SnapshotId;
    }

    public IcebergFindingSeverity Severity { get; }

    /// <summary>What was checked: <c>FileMissing</c>, <c>FileSize</c>, <c>FileUnreadable</c>, <c>Metadata</c>, <c>ManifestCounts</c>,
    /// <c>ManifestPartitions</c>, <c>SequenceNumber</c>, <c>Metrics</c>, <c>RecordCount</c>, <c>Partition</c>, <c>FieldIds</c>, <c>LivePathTwice</c>,
    /// <c>Deletes</c>, <c>DeletesMatchNothing</c>, <c>RowLineage</c> or <c>NotChecked</c>.</summary>
    public string Check { get; }

    /// <summary>The file that it is about; null when it is about the table as a whole.</summary>
    public string? Path { get; }

    public string Message { get; }

    /// <summary>A snapshot that is affected; there may be more.</summary>
    public long? SnapshotId { get; }

    public override string ToString() => Path is null ? $"{Severity} {Check}: {Message}" : $"{Severity} {Check} {Path}: {Message}";
}

/// <summary>How bad a finding is.</summary>
public enum IcebergFindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>Breaks the specification or wastes work, but every row is read right.</summary>
    Warning,

    /// <summary>Rows cannot be read, or are read wrong by somebody.</summary>
    Error,
}
