using System.Collections.Immutable;
using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Deltas;
using CoreImport = DeltaTools.Core.Deltas.DeltaImport;

namespace DeltaTools;

/// <summary>What became of a delta that was imported.</summary>
public sealed class DeltaImport : TableOutput
{
    internal DeltaImport(TableArgument table, CoreImport import) : base(table)
    {
        Source = import.Source;
        Rows = import.Rows;
        Rejected = import.Rejected;
        DateReceived = import.DateReceived;
        SnapshotId = import.SnapshotId;
        Status = import.Status;
        ContentHash = import.ContentHash;
        Notes = import.Notes;
    }

    /// <summary>The file, or <c>pipeline</c>.</summary>
    public string Source { get; }

    /// <summary>Rows of the delta that are in the raw table.</summary>
    public long Rows { get; }

    /// <summary>Rows that were refused.</summary>
    public long Rejected { get; }

    public DateOnly DateReceived { get; }

    /// <summary>The snapshot that brought the rows; null when there were none, or when it has expired.</summary>
    public long? SnapshotId { get; }

    public DeltaImportStatus Status { get; }

    /// <summary>SHA-256 of the content.</summary>
    public string ContentHash { get; }

    /// <summary>What was matched although it is not spelled or ordered alike.</summary>
    public ImmutableArray<string> Notes { get; }
}
