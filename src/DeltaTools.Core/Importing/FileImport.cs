using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Importing;

/// <summary>A file on its way into a table, and what became of it.</summary>
/// <param name="Location">In the store's one spelling.</param>
public sealed record FileImport(string Location, FileImportStatus Status)
{
    /// <summary>As the table will list it; null when it could not be looked at, or need not be.</summary>
    public DataFile? File { get; init; }

    /// <summary>Whether it is read by the table's name mapping, since it has no field ids.</summary>
    public bool NeedsNameMapping { get; init; }

    /// <summary>Why it cannot be part of the table.</summary>
    public IcebergException? Refused { get; init; }

    /// <summary>The snapshot that added it.</summary>
    public long? SnapshotId { get; init; }
}

public enum FileImportStatus
{
    /// <summary>It is part of the table now; in a plan: it will be.</summary>
    Imported,

    /// <summary>It was part of the table before.</summary>
    AlreadyImported,

    /// <summary>It has no rows, so there was nothing to do.</summary>
    Empty,

    /// <summary>It cannot be part of the table.</summary>
    Refused,
}
