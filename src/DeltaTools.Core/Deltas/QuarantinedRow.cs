namespace DeltaTools.Core.Deltas;

/// <summary>A row that an import refused, as the quarantine keeps it.</summary>
/// <param name="Id">Unique in its quarantine.</param>
/// <param name="RawTable">The table that refused it.</param>
/// <param name="Source">The delta it came in.</param>
/// <param name="Line">Line of the delta.</param>
/// <param name="Column">The first column that does not fit; null when the row as a whole is wrong.</param>
/// <param name="Row">The row as the text of a JSON object; null when its structure is broken.</param>
/// <param name="Text">The row as the file has it, when its structure is broken.</param>
/// <param name="DateReceived">Null when the row has its own date.</param>
public sealed record QuarantinedRow(
    string Id, string RawTable, string Source, string ContentHash, long Line, string? Column, string? Value, string Reason,
    string? Row, string? Text, DateOnly? DateReceived, DateTimeOffset QuarantinedAt);

/// <summary>What became of the quarantined rows of one delta.</summary>
/// <param name="Restored">Rows that are in the raw table now, and no longer in the quarantine.</param>
/// <param name="Remaining">Rows that still do not fit.</param>
/// <param name="SnapshotId">The raw table's snapshot that brought them; null when there were none.</param>
public sealed record QuarantineReplayed(string RawTable, string Source, DateOnly? DateReceived, long Restored, long Remaining, long? SnapshotId);
