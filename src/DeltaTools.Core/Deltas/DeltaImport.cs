using System.Collections.Immutable;

namespace DeltaTools.Core.Deltas;

/// <summary>What became of one delta.</summary>
/// <param name="Source">File as given, or <c>pipeline</c>.</param>
/// <param name="Rows">Rows of the delta that are in the raw table.</param>
/// <param name="Rejected">Rows that were refused and are not in it.</param>
/// <param name="SnapshotId">Snapshot that brought the rows; null when there were none. It may have expired.</param>
/// <param name="Notes">What was matched or noticed, for people.</param>
public sealed record DeltaImport(
    string Table,
    string Source,
    long Rows,
    long Rejected,
    DateOnly DateReceived,
    long? SnapshotId,
    DeltaImportStatus Status,
    string ContentHash,
    ImmutableArray<string> Notes)
{
    /// <summary>The newest date of the raw table before, when rows of the delta are older: they are late. Else null.</summary>
    public DateOnly? NewestBefore { get; init; }
}

public enum DeltaImportStatus
{
    Imported,
    /// <summary>The same content for the same date was imported before; nothing was done.</summary>
    AlreadyImported,
}

/// <summary>What became of a delta: an import, or the reason why it was refused.</summary>
public sealed record DeltaOutcome(DeltaSource Delta, DeltaImport? Import, IcebergException? Refused);
