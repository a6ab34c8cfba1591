using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A delta on its way into the table.</summary>
internal sealed record PendingImport(DeltaSource Delta, ReceivedDate Date)
{
    /// <summary>Its data files, written and not yet committed.</summary>
    public ImmutableArray<DataFile> Files { get; init; } = [];

    public Rejects Rejects { get; init; } = Rejects.None;

    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>It was imported before, or stands twice in this import.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>The import that it repeats; null when that is part of this one.</summary>
    public LedgerEntry? Before { get; init; }

    /// <summary>Why nothing of it is imported.</summary>
    public IcebergException? Refused { get; init; }

    public bool IsImported => !IsRepeat && Refused is null;

    /// <summary>Rows that were counted instead of written.</summary>
    public long Counted { get; init; }

    public long Rows => Counted + Files.Sum(f => f.RecordCount);
}
