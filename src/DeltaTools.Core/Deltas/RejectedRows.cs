using System.Globalization;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Embedded.Rows;

namespace DeltaTools.Core.Deltas;

/// <summary>Finds the rows of a delta that do not fit, after the engine stumbled over one.</summary>
internal sealed class RejectedRows(DuckSession session, DeltaSelect select, DeltaImportOptions options, Action<BadRow> reject)
{
    /// <summary>Reports the rows and returns their number.</summary>
    /// <exception cref="IcebergException">DeltaRowInvalid: there are more than allowed; the first error itself, when no row is to blame.</exception>
    public async Task<long> ReportAsync(IcebergException error, CancellationToken cancel)
    {
        DeltaSource delta = select.Delta;
        long limit = Math.Max(options.MaxReported, 1);
        IReadOnlyList<BadRow> broken = await delta.BrokenRowsAsync(session, long.MaxValue, cancel).ConfigureAwait(false);
        List<BadRow> bad = [.. broken];
        long unfitting = 0;
        if (select.Checks.Length > 0)
        {
            List<object?[]> found = await ReadAsync(select.Unfitting(limit), cancel).ConfigureAwait(false);
            unfitting = found.Count < limit ? found.Count : Convert.ToInt64(
                (await ReadAsync($"SELECT count(*) FROM ({select.Unfitting(long.MaxValue)})", cancel).ConfigureAwait(false))[0][0], CultureInfo.InvariantCulture);
            long[] numbers = [.. found.Select(r => Convert.ToInt64(r[0], CultureInfo.InvariantCulture))];
            IReadOnlyList<long> lines = delta.LinesOf(numbers, broken.Select(b => b.Line).ToHashSet());
            for (int i = 0; i < found.Count; i++) bad.AddRange(Describe(found[i], i < lines.Count ? lines[i] : 0));
        }
        long total = broken.Count + unfitting;
        if (total == 0) throw error;
        BadRow[] shown = [.. bad.OrderBy(b => b.Line).Take((int)limit)];
        foreach (BadRow row in shown) reject(row);
        if (total <= options.ErrorLimit) return total;
        throw new IcebergException(IcebergErrorKind.DeltaRowInvalid,
            $"Nothing of '{delta.Name}' was imported: {total} of its rows do not fit, and -ErrorLimit allows {options.ErrorLimit}. The first is {shown[0]}.");
    }

    private IEnumerable<BadRow> Describe(object?[] row, long line) => select.Checks
        .Select((check, i) => (check.Field, check.Index, Value: row[i + 1]))
        .Where(c => c.Value is not null)
        .Select(c => new BadRow(select.Delta.Name, line, select.Delta.Columns[c.Index].Name, (string)c.Value!, $"is not {Article(c.Field.Type.ToString())}"));

    private static string Article(string type) => ("aeiou".Contains(type[0], StringComparison.Ordinal) ? "an " : "a ") + type;

    private Task<List<object?[]>> ReadAsync(string sql, CancellationToken cancel) => RowReader.ReadAllAsync(session, sql, [], ValueForm.Physical, cancel);
}
