using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Deltas;

/// <summary>Finds the rows of a delta that do not fit.</summary>
/// <param name="most">Rows that are described at most; all are counted.</param>
internal sealed class RejectedRows(DuckSession session, DeltaSelect select, long most)
{
    public async Task<Rejects> FindAsync(CancellationToken cancel)
    {
        DeltaSource delta = select.Delta;
        IReadOnlyList<BadRow> broken = await delta.BrokenRowsAsync(session, long.MaxValue, cancel).ConfigureAwait(false);
        List<RejectedRow> rows = [.. broken.Select(b => new RejectedRow(b.Line, [b], null, b.Text))];
        if (select.Checks.Length == 0) return new(broken.Count, rows);
        List<object?[]> found = await ReadAsync(select.Unfitting(most), cancel).ConfigureAwait(false);
        long unfitting = found.Count < most ? found.Count : Convert.ToInt64(
            (await ReadAsync($"SELECT count(*) FROM ({select.Unfitting(long.MaxValue)})", cancel).ConfigureAwait(false))[0][0], CultureInfo.InvariantCulture);
        long[] numbers = [.. found.Select(r => Convert.ToInt64(r[0], CultureInfo.InvariantCulture))];
        IReadOnlyList<long> lines = delta.LinesOf(numbers, broken.Select(b => b.Line).ToHashSet());
        for (int i = 0; i < found.Count; i++)
        {
            long line = i < lines.Count ? lines[i] : 0;
            rows.Add(new(line, [.. Describe(found[i], line)], (string?)found[i][^1], null));
        }
        return new(broken.Count + unfitting, [.. rows.OrderBy(r => r.Line)]);
    }

    private IEnumerable<BadRow> Describe(object?[] row, long line) => select.Checks
        .Select((check, i) => (Check: check, Failed: row[i + 1] as object?[]))
        .Where(c => c.Failed is not null)
        .Select(c => new BadRow(select.Delta.Name, line, select.Delta.Columns[c.Check.Column].Name, (string?)c.Failed![0], c.Check.Reason));

    private Task<List<object?[]>> ReadAsync(string sql, CancellationToken cancel) => RowReader.ReadAllAsync(session, sql, [], ValueForm.Physical, cancel);
}

/// <param name="Total">Rows that do not fit.</param>
/// <param name="Rows">The first of them, by line.</param>
internal sealed record Rejects(long Total, IReadOnlyList<RejectedRow> Rows)
{
    public static readonly Rejects None = new(0, []);
}

/// <summary>A row that does not fit, with all that is wrong with it.</summary>
/// <param name="Row">The row as the text of a JSON object; null when its structure is broken.</param>
/// <param name="Text">The row as the file has it, when its structure is broken.</param>
internal sealed record RejectedRow(long Line, IReadOnlyList<BadRow> Faults, string? Row, string? Text);
