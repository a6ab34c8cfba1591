using System.Collections.Immutable;
using System.Text;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Deltas;

/// <summary>Imports quarantined rows that fit by now, because they were corrected or because their table was changed.</summary>
/// <remarks>The rows go into the raw table first and out of the quarantine then. When the process ends between, the next replay finds
/// in the ledger that the same rows are there already.</remarks>
public sealed class QuarantineReplay(DuckSession session, ICatalog catalog, IcebergTable quarantine)
{
    /// <summary>How the texts of the rows are written.</summary>
    public TextCulture Culture { get; init; } = TextCulture.Invariant;

    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Told about every row that still does not fit.</summary>
    public Action<BadRow> Reject { get; init; } = _ => { };

    /// <param name="rows">Those without <see cref="QuarantinedRow.Row"/> remain.</param>
    public async Task<IReadOnlyList<QuarantineReplayed>> ReplayAsync(IReadOnlyList<QuarantinedRow> rows, CancellationToken cancel)
    {
        var replayed = new List<QuarantineReplayed>();
        foreach (var group in rows.GroupBy(r => (r.RawTable, r.Source, r.ContentHash, r.DateReceived)))
        {
            QuarantinedRow[] whole = [.. group.Where(r => r.Row is not null).OrderBy(r => r.Line)];
            long broken = group.LongCount() - whole.Length;
            QuarantineReplayed result = whole.Length == 0
                ? new(group.Key.RawTable, group.Key.Source, group.Key.DateReceived, 0, 0, null)
                : await ReplayAsync(TableIdentifier.Parse(group.Key.RawTable), whole, cancel).ConfigureAwait(false);
            replayed.Add(result with { Remaining = result.Remaining + broken });
        }
        return replayed;
    }

    private async Task<QuarantineReplayed> ReplayAsync(TableIdentifier name, QuarantinedRow[] rows, CancellationToken cancel)
    {
        QuarantinedRow first = rows[0];
        var options = new DeltaImportOptions
        {
            Date = first.DateReceived is { } date ? new DateSource.Fixed(date) : DateSource.Own,
            Key = Key,
            MaxReported = int.MaxValue,
        };
        var importer = new DeltaImporter(session, catalog, name, options) { Reject = row => Reject(row with { Source = first.Source, Line = rows[row.Line - 1].Line }) };
        IReadOnlySet<long> unfit = await WithFileAsync(rows, importer.UnfitLinesAsync, cancel).ConfigureAwait(false);
        QuarantinedRow[] fit = [.. rows.Where((_, i) => !unfit.Contains(i + 1))];
        DeltaImport? import = null;
        if (fit.Length > 0)
        {
            DeltaOutcome outcome = await WithFileAsync(fit, async (delta, token) =>
                (await importer.ImportAsync([delta], token).ConfigureAwait(false))[0], cancel).ConfigureAwait(false);
            import = outcome.Import ?? throw outcome.Refused!;
            await new Quarantine(session, quarantine).RemoveAsync([.. fit.Select(r => r.Id)], cancel).ConfigureAwait(false);
        }
        return new(name.ToString(), first.Source, first.DateReceived, fit.Length, rows.Length - fit.Length, import?.SnapshotId);
    }

    /// <summary>The rows as a delta of JSON lines.</summary>
    private async Task<T> WithFileAsync<T>(QuarantinedRow[] rows, Func<DeltaSource, CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        string path = Path.Combine(Path.GetTempPath(), $"deltatools-{Guid.NewGuid():N}.jsonl");
        try
        {
            await File.WriteAllLinesAsync(path, rows.Select(r => r.Row!), new UTF8Encoding(false), cancel).ConfigureAwait(false);
            DeltaSource delta = await DeltaFile.OpenAsync(
                session, $"{rows[0].Source} (corrected)", path, new DeltaReadOptions { Format = DeltaFormat.JsonLines, Culture = Culture }, cancel).ConfigureAwait(false);
            return await work(delta, cancel).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
