using System.Collections.Immutable;
using DeltaTools.Core.Embedded;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tables;

namespace DeltaTools.Core.Merge;

/// <summary>Holds the declared rules of <see cref="MergeChecks"/> against a merge's result.</summary>
internal sealed class MergeRules(DuckSession session, MergeChecks checks, MergeOptions options)
{
    private const int Shown = 3;

    /// <summary>Refuses rules about columns that are not there, before any work is done for them.</summary>
    public void CheckColumns(Schema schema)
    {
        foreach (string name in checks.NotNull.Concat(checks.Unique.SelectMany(u => u))) _ = Field(schema, name);
    }

    /// <returns>What is wrong; empty when all rules hold.</returns>
    public async Task<ImmutableArray<string>> FailuresAsync(IcebergTable table, Snapshot result, Snapshot? before, MergeMode mode, CancellationToken cancel)
    {
        Schema schema = table.Metadata.CurrentSchema;
        var history = HistoryColumns.Match(schema, options with { Mode = mode });
        NestedField[] notNull = [.. checks.NotNull.Select(n => Field(schema, n))];
        NestedField[][] unique = [.. checks.Unique.Select(u => u.Select(n => Field(schema, n)).ToArray())];
        await using var tables = new WorkingTables(session);
        var live = new LiveRows(session, tables, table, result, history);
        var failures = ImmutableArray.CreateBuilder<string>();
        if (notNull.Length + unique.Length > 0)
        {
            failures.AddRange(await live.WithAsync(notNull.Concat(unique.SelectMany(u => u)), async rows =>
            {
                var found = new List<string>();
                if (notNull.Length > 0)
                {
                    long[] nulls = await tables.NumbersAsync(
                        $"SELECT {string.Join(", ", notNull.Select(f => $"count_if({Sql.Column(f)} IS NULL)"))} FROM ({rows})", cancel).ConfigureAwait(false);
                    found.AddRange(notNull.Zip(nulls).Where(n => n.Second > 0).Select(n => $"column {n.First.Name} is NULL in {n.Second} rows"));
                }
                foreach (NestedField[] set in unique)
                {
                    if (await RepeatedAsync(tables, rows, set, cancel).ConfigureAwait(false) is { } repeated) found.Add(repeated);
                }
                return found;
            }, cancel).ConfigureAwait(false));
        }
        if (checks.MaxRowChangePercent is { } limit)
        {
            long was = await new LiveRows(session, tables, table, before, history).CountAsync(cancel).ConfigureAwait(false);
            long now = await live.CountAsync(cancel).ConfigureAwait(false);
            if (was > 0 && 100.0 * Math.Abs(now - was) / was > limit)
            {
                failures.Add(FormattableString.Invariant(
                    $"the number of rows goes from {was} to {now} ({100.0 * (now - was) / was:+0.#;-0.#} %), and -MaxRowChangePercent allows {limit:0.#}"));
            }
        }
        return failures.ToImmutable();
    }

    private static async Task<string?> RepeatedAsync(WorkingTables tables, string rows, NestedField[] set, CancellationToken cancel)
    {
        string names = string.Join(", ", set.Select(Sql.Column));
        string repeated = $"SELECT {names} FROM ({rows}) WHERE {string.Join(" AND ", set.Select(f => $"{Sql.Column(f)} IS NOT NULL"))} GROUP BY {names} HAVING count(*) > 1";
        long count = await tables.NumberAsync($"SELECT count(*) FROM ({repeated})", cancel).ConfigureAwait(false);
        if (count == 0) return null;
        List<object?[]> first = await tables.RowsAsync($"{repeated} ORDER BY ALL LIMIT {Shown}", cancel).ConfigureAwait(false);
        IEnumerable<string> shown = first.Select(row => $"({string.Join(", ", row.Select(ColumnChange.Text))})");
        return $"{count} values of {string.Join(", ", set.Select(f => f.Name))} are in several rows, such as {string.Join(", ", shown)}";
    }

    private static NestedField Field(Schema schema, string name) =>
        schema.FindFieldIgnoreCase(name) is { } field && schema.Fields.Contains(field) && field.Type.IsPrimitive ? field : throw new IcebergException(
            IcebergErrorKind.SchemaMismatch, $"A check names column '{name}', but the report table's columns are {string.Join(", ", schema.Fields.Select(f => f.Name))}.");
}
