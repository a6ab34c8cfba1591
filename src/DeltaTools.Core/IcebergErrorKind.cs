namespace DeltaTools.Core;

/// <summary>What went wrong, in the few kinds that a caller can act on.</summary>
public enum IcebergErrorKind
{
    /// <summary>No catalog is connected.</summary>
    NotConnected,
    TableNotFound,
    NamespaceNotFound,
    TableExists,
    SnapshotNotFound,
    /// <summary>The snapshot is the head of a branch or tag and cannot be removed.</summary>
    SnapshotReferenced,
    RefNotFound,
    /// <summary>Another writer changed the table and every retry is spent.</summary>
    CommitConflict,
    /// <summary>The commit may or may not have happened; nothing was cleaned up.</summary>
    CommitUnknown,
    /// <summary>Columns or types do not fit the table.</summary>
    SchemaMismatch,
    /// <summary>Rows of one key contradict each other and nothing says which is newer.</summary>
    DuplicateKey,
    /// <summary>A key column is NULL.</summary>
    NullKey,
    /// <summary>A row of a delta cannot be read: wrong type, ragged line, bad flag.</summary>
    DeltaRowInvalid,
    /// <summary>A delta file cannot be read at all: missing, empty, truncated.</summary>
    DeltaFileInvalid,
    /// <summary>The report date is older than the one the table stands at.</summary>
    ReportDateRefused,
    /// <summary>A safety limit or check stopped the merge before its commit.</summary>
    MergeRefused,
    /// <summary>The plan was made for a state of the table that is no longer current.</summary>
    PlanStale,
    /// <summary>The Iceberg feature is not supported here.</summary>
    Unsupported,
    /// <summary>Table metadata, a manifest or a data file is corrupt or missing.</summary>
    Corrupt,
    /// <summary>A filter, query or option cannot be understood.</summary>
    InvalidArgument,
    AccessDenied,
    Throttled,
    Timeout,
    /// <summary>A query of an engine failed, for want of memory for example.</summary>
    QueryFailed,
    /// <summary>Storage or network failed for another reason.</summary>
    StorageFailed,
}
