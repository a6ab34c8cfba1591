using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>What an import adds to its snapshot's summary.</summary>
internal static class ImportSummary
{
    /// <summary>JSON array with name, hash, rows, rejected rows and date of each delta.</summary>
    public const string Deltas = "deltatools.deltas";

    public static ImmutableSortedDictionary<string, string> Entries(ImmutableArray<PendingImport> imports) =>
        StringMap.Empty.Add(Deltas, JsonSerializer.Serialize(imports.Select(i => new
        {
            name = Path.GetFileName(i.Delta.Name),
            sha256 = i.Delta.ContentHash,
            rows = i.Rows,
            rejected = i.Rejects.Total,
            date = i.Date.Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        })));

    /// <summary>The ledger's entries of the imports that a snapshot made; nothing when its summary does not tell.</summary>
    public static IEnumerable<LedgerEntry> Read(Snapshot snapshot)
    {
        if (!snapshot.Summary.TryGetValue(Deltas, out string? text)) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var commit = new LedgerCommit(
                snapshot.SnapshotId, snapshot.Timestamp, snapshot.Summary.GetValueOrDefault(Tables.Provenance.CommittedBy, ""));
            return
            [
                .. document.RootElement.EnumerateArray().Select(d => new LedgerEntry(
                    LedgerEntry.DigestOf(d.GetProperty("sha256").GetString() ?? ""),
                    DateOnly.ParseExact(d.GetProperty("date").GetString() ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture),
                    d.GetProperty("rows").GetInt64(), d.GetProperty("rejected").GetInt64(),
                    LedgerEntry.SourceOf(d.GetProperty("name").GetString() ?? ""), commit)),
            ];
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw IcebergException.Corrupt($"The summary of snapshot {snapshot.SnapshotId} has an entry {Deltas} that cannot be read: {e.Message}", e);
        }
    }
}
