using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>Examples of what a planned merge changes: the first keys of every kind of change.</summary>
internal static class ChangeSample
{
    /// <param name="count">Changes of each kind at most.</param>
    public static async Task<ImmutableArray<MergeChange>> ReadAsync(
        WorkingTables tables, MatchedRows matched, MergeColumns columns, int count, CancellationToken cancel)
    {
        if (count <= 0) return [];
        ImmutableArray<NestedField> fields = matched.Sql.ValueFields;
        List<object?[]> rows = await tables.RowsAsync(matched.Sql.Sample(matched.Table, matched.Resolution, count), cancel).ConfigureAwait(false);
        return [.. rows.Select(row =>
        {
            int action = Convert.ToInt32(row[0], CultureInfo.InvariantCulture);
            MergeChangeKind kind = action switch
            {
                MergeActions.Insert => MergeChangeKind.Insert,
                MergeActions.Update => MergeChangeKind.Update,
                _ => MergeChangeKind.Delete,
            };
            int first = 1 + columns.Keys.Length;
            IEnumerable<ColumnChange> changes = fields
                .Select((f, i) => (Change: new ColumnChange(f.Name, row[first + (3 * i)], row[first + (3 * i) + 1]), Differs: row[first + (3 * i) + 2] is true))
                .Where(c => c.Differs || action is MergeActions.Insert or MergeActions.Delete).Select(c => c.Change);
            return new MergeChange(kind, [.. columns.Keys.Select((k, i) => KeyValuePair.Create(k.Target.Name, row[1 + i]))], [.. changes]);
        })];
    }
}
