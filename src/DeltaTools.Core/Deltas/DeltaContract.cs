using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>How the columns of a delta fit the columns of its raw table.</summary>
/// <param name="Feeds">For each table column, in order, the delta's column that fills it; null: the delta does not carry it.</param>
/// <param name="New">Columns that only the delta has, by index.</param>
/// <param name="Missing">Names of table columns the delta does not carry; the flag of deletions and our own columns do not count.</param>
/// <param name="Date">The delta's column that fills the table's date received, whatever it is called; null when all rows have one date.</param>
/// <param name="Notes">What was matched although it is not spelled or ordered alike, for people.</param>
internal sealed record DeltaContract(
    ImmutableArray<int?> Feeds, ImmutableArray<int> New, ImmutableArray<string> Missing, int? Date, ImmutableArray<string> Notes)
{
    /// <param name="date">Index of the delta's column with the date received; null when all rows have one date.</param>
    public static DeltaContract Match(DeltaSource delta, Schema table, int? date)
    {
        var feeds = ImmutableArray.CreateBuilder<int?>(table.Fields.Length);
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (NestedField field in table.Fields)
        {
            int? index = RowNumbers.Is(field) ? null : field.Name == RawColumns.Date && date is not null ? date : Find(delta, table, field);
            if (index is { } i && delta.Columns[i].Name != field.Name) notes.Add($"column '{delta.Columns[i].Name}' was taken as '{field.Name}'");
            feeds.Add(index);
        }
        int[] fed = [.. feeds.OfType<int>()];
        int[] order = [.. feeds.Where((_, i) => table.Fields[i].Name != RawColumns.Date).OfType<int>()];
        if (!order.SequenceEqual(order.Order())) notes.Add("columns come in another order than in the table");
        ImmutableArray<string> missing = [.. table.Fields.Where((f, i) => feeds[i] is null && IsMissing(f)).Select(f => f.Name)];
        if (missing.Length > 0) notes.Add($"the delta does not carry {string.Join(", ", missing)}, which stay unchanged");
        return new(
            feeds.MoveToImmutable(), [.. Enumerable.Range(0, delta.Columns.Length).Where(i => !fed.Contains(i))], missing, date, notes.ToImmutable());
    }

    private static bool IsMissing(NestedField field) =>
        field.Name is not (RawColumns.Date or RawColumns.Absent) && !RowNumbers.Is(field)
        && !field.Name.Equals(RawColumns.Deleted, StringComparison.OrdinalIgnoreCase);

    /// <summary>The column of the same name, else the only one whose name differs just in case and fits no other table column exactly.</summary>
    private static int? Find(DeltaSource delta, Schema table, NestedField field)
    {
        int exact = IndexOf(delta, c => c.Name == field.Name);
        if (exact >= 0) return exact;
        int[] alike =
        [
            .. Enumerable.Range(0, delta.Columns.Length).Where(i =>
                delta.Columns[i].Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase) && table.Fields.All(f => f.Name != delta.Columns[i].Name)),
        ];
        return alike.Length == 1 ? alike[0] : null;
    }

    private static int IndexOf(DeltaSource delta, Func<DeltaColumn, bool> test)
    {
        for (int i = 0; i < delta.Columns.Length; i++)
        {
            if (test(delta.Columns[i])) return i;
        }
        return -1;
    }
}
