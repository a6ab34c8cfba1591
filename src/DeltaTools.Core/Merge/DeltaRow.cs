namespace DeltaTools.Core.Merge;

/// <summary>A row of a raw table, and the delta that it came in.</summary>
/// <param name="SequenceNumber">Of the import; later ones have greater numbers.</param>
/// <param name="Source">Name of the delta; null when it cannot be told any more, for the files were packed and the snapshots expired.</param>
/// <param name="SnapshotId">The raw table's snapshot that brought it; null likewise.</param>
public sealed record DeltaRow(DateOnly DateReceived, long SequenceNumber, string? Source, DateTimeOffset? ImportedAt, long? SnapshotId);
