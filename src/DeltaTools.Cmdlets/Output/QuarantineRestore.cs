using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Deltas;

namespace DeltaTools;

/// <summary>What became of the quarantined rows of one delta. Its table is the raw table.</summary>
public sealed class QuarantineRestore : TableOutput
{
    internal QuarantineRestore(TableArgument rawTable, QuarantineReplayed replayed) : base(rawTable)
    {
        Source = replayed.Source;
        DateReceived = replayed.DateReceived;
        Restored = replayed.Restored;
        Remaining = replayed.Remaining;
        SnapshotId = replayed.SnapshotId;
    }

    /// <summary>The delta that the rows came in.</summary>
    public string Source { get; }

    /// <summary>Null when the rows have their own dates.</summary>
    public DateOnly? DateReceived { get; }

    /// <summary>Rows that are in the raw table now.</summary>
    public long Restored { get; }

    /// <summary>Rows that stay in the quarantine.</summary>
    public long Remaining { get; }

    /// <summary>The raw table's snapshot that brought them; null when there were none.</summary>
    public long? SnapshotId { get; }
}
