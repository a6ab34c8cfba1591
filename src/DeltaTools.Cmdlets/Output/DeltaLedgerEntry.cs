using DeltaTools.Core.Deltas;

namespace DeltaTools;

/// <summary>A delta that a raw table remembers.</summary>
public sealed class DeltaLedgerEntry : TableOutput
{
    internal DeltaLedgerEntry(Cmdlets.OpenTable table, LedgerEntry entry, bool standing) : base(table.Source)
    {
        Source = entry.Source;
        DateReceived = entry.DateReceived;
        Rows = entry.Rows;
        Rejected = entry.Rejected;
        ImportedAt = entry.Commit.At;
        ImportedBy = entry.Commit.By;
        SnapshotId = entry.Commit.SnapshotId;
        ContentHash = entry.Digest;
        IsRetained = entry.Commit.SnapshotId is { } id && table.Metadata.Snapshot(id) is not null;
        IsRolledBack = !standing;
    }

    /// <summary>Name of the file, or <c>pipeline</c>.</summary>
    public string Source { get; }

    public DateOnly DateReceived { get; }

    /// <summary>Rows that were imported.</summary>
    public long Rows { get; }

    /// <summary>Rows that were refused.</summary>
    public long Rejected { get; }

    public DateTimeOffset ImportedAt { get; }

    /// <summary>User and machine.</summary>
    public string ImportedBy { get; }

    /// <summary>The snapshot that brought the rows; null when there were none. It may have expired.</summary>
    public long? SnapshotId { get; }

    /// <summary>The first half of the content's SHA-256.</summary>
    public string ContentHash { get; }

    /// <summary>Whether the snapshot can still be read.</summary>
    public bool IsRetained { get; }

    /// <summary>Whether the table was set back to before the import, so that the delta may be imported again.</summary>
    public bool IsRolledBack { get; }
}
