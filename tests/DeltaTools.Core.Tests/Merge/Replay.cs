namespace DeltaTools.Core.Tests.Merge;

/// <summary>What a report must hold, told as plainly as can be: every row received is played in order of date and arrival.</summary>
internal static class Replay
{
    /// <param name="rows">Rows in order of arrival.</param>
    /// <param name="updates">Columns that updates set; others keep the value of the row that inserted the key.</param>
    /// <returns>For each key that is there: its values and its audit dates, by merging each date.</returns>
    public static Dictionary<string, ReplayedRow> Of(IEnumerable<DeltaRow> rows, int reportDay, int columns, Func<int, bool>? updates = null)
    {
        updates ??= _ => true;
        var state = new Dictionary<string, ReplayedRow>();
        foreach (IGrouping<int, DeltaRow> day in rows.Where(r => r.Day <= reportDay).GroupBy(r => r.Day).OrderBy(g => g.Key))
        {
            Dictionary<string, ReplayedRow> before = new(state);
            foreach (DeltaRow row in day)
            {
                if (row.IsDeleted) state.Remove(row.Key);
                else if (state.TryGetValue(row.Key, out ReplayedRow? current)) state[row.Key] = current with { Values = Play(current.Values, row, updates) };
                else state[row.Key] = new(Play(new string[columns], row, _ => true), 0, 0);
            }
            foreach ((string key, ReplayedRow row) in state.ToArray())
            {
                if (!before.TryGetValue(key, out ReplayedRow? was)) state[key] = row with { Created = day.Key, Updated = day.Key };
                else if (!was.Values.SequenceEqual(row.Values)) state[key] = row with { Created = was.Created, Updated = day.Key };
                else state[key] = was;
            }
        }
        return state;
    }

    public static string?[] Play(string?[] values, DeltaRow row, Func<int, bool> updates) =>
        [.. values.Select((old, i) => row.Carries(i) && updates(i) ? row.Values[i] : old)];
}

/// <param name="Values">As text; null is NULL.</param>
/// <param name="Absent">Columns that its delta does not carry.</param>
public sealed record DeltaRow(string Key, int Day, bool IsDeleted, string?[] Values, int[] Absent)
{
    public bool Carries(int column) => !Absent.Contains(column);
}

internal sealed record ReplayedRow(string?[] Values, int Created, int Updated);
