using System.Globalization;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Embedded.Writing;
using DeltaTools.Core.Scan;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Tells from the ledger which delta a file of a raw table holds.</summary>
internal sealed class DeltaSources(TableMetadata metadata)
{
    private readonly LedgerEntry[] _ledger = [.. Ledger.Of(metadata)];

    public DeltaRow Describe(DateOnly date, FileScanTask file)
    {
        LedgerEntry[] found = [.. file.SnapshotId is { } id ? Entries(id) : []];
        // A file that was packed belongs to no import; a day's only delta is the one all the same.
        if (found.Length == 0) found = [.. _ledger.Where(e => e.DateReceived == date)];
        LedgerEntry? entry = found.Length > 1 ? Nth(found, file.File.FilePath) : found.FirstOrDefault();
        return new(date, file.SequenceNumber, entry?.Source, entry?.Commit.At, entry?.Commit.SnapshotId);
    }

    private IEnumerable<LedgerEntry> Entries(long snapshot) =>
        metadata.Snapshot(snapshot) is { } kept && ImportSummary.Read(kept).ToArray() is { Length: > 0 } noted ? noted : _ledger.Where(e => e.Commit.SnapshotId == snapshot);

    /// <summary>The names of files that imports write begin with the place of their delta.</summary>
    private static LedgerEntry? Nth(LedgerEntry[] entries, string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(name.AsSpan(0, dash), CultureInfo.InvariantCulture, out int ordinal)
            && ordinal / WriteTarget.OrdinalsPerSource is var index && index < entries.Length ? entries[index] : null;
    }
}
