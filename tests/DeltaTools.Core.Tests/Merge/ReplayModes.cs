using System.Globalization;
using DeltaTools.Core.Merge;

namespace DeltaTools.Core.Tests.Merge;

/// <summary>What a report must hold in each mode, told as plainly as can be: the table after each day, made from the table before it.</summary>
internal static class ReplayModes
{
    public static IEnumerable<ReplayedModeRow> Of(MergeMode mode, IReadOnlyList<DeltaRow> rows, int reportDay, int columns, Func<int, bool>? updates)
    {
        rows = [.. rows.Where(r => r.Day <= reportDay).OrderBy(r => r.Day)];
        return mode switch
        {
            MergeMode.InsertOnly => InsertOnly(rows),
            MergeMode.SoftDelete => SoftDelete(rows, columns, updates ?? (_ => true)),
            MergeMode.Scd2 => Scd2(rows, columns, updates),
            _ => Replay.Of(rows, reportDay, columns, updates).Select(r => new ReplayedModeRow(r.Key, r.Value.Values, [], r.Value.Created, r.Value.Updated)),
        };
    }

    private static IEnumerable<ReplayedModeRow> InsertOnly(IEnumerable<DeltaRow> rows) =>
        from row in rows
        where !row.IsDeleted
        group row by row.Key into lives
        let first = lives.First()
        select new ReplayedModeRow(lives.Key, [.. first.Values.Select((v, i) => first.Carries(i) ? v : null)], [], first.Day, first.Day);

    private static IEnumerable<ReplayedModeRow> SoftDelete(IEnumerable<DeltaRow> rows, int columns, Func<int, bool> updates)
    {
        var table = new Dictionary<string, ReplayedModeRow>();
        foreach (IGrouping<int, DeltaRow> day in rows.GroupBy(r => r.Day))
        {
            Dictionary<string, ReplayedModeRow> before = new(table);
            foreach (DeltaRow row in day)
            {
                if (!table.TryGetValue(row.Key, out ReplayedModeRow? current))
                {
                    if (!row.IsDeleted) table[row.Key] = new(row.Key, Replay.Play(new string?[columns], row, _ => true), ["NULL"], 0, 0);
                }
                else if (row.IsDeleted)
                {
                    if (current.History[0] == "NULL") table[row.Key] = current with { History = [Day(day.Key)] };
                }
                else
                {
                    table[row.Key] = current with { Values = Replay.Play(current.Values, row, updates), History = ["NULL"] };
                }
            }
            foreach (ReplayedModeRow row in table.Values.ToArray())
            {
                if (!before.TryGetValue(row.Key, out ReplayedModeRow? was)) table[row.Key] = row with { Created = day.Key, Updated = day.Key };
                else if (was.History[0] != "NULL" && row.History[0] != "NULL" && was.Values.SequenceEqual(row.Values)) table[row.Key] = was;
                else if (was.History[0] != "NULL" && row.History[0] != "NULL") table[row.Key] = row with { History = was.History, Created = was.Created, Updated = day.Key };
                else if (was.History[0] != row.History[0] || !was.Values.SequenceEqual(row.Values)) table[row.Key] = row with { Created = was.Created, Updated = day.Key };
                else table[row.Key] = was;
            }
        }
        return table.Values;
    }

    private static IEnumerable<ReplayedModeRow> Scd2(IReadOnlyList<DeltaRow> rows, int columns, Func<int, bool>? updates)
    {
        var past = new List<ReplayedModeRow>();
        var current = new Dictionary<string, ReplayedModeRow>();
        foreach (int day in rows.Select(r => r.Day).Distinct().Order())
        {
            Dictionary<string, ReplayedRow> now = Replay.Of(rows, day, columns, updates);
            foreach (ReplayedModeRow version in current.Values.ToArray())
            {
                if (now.TryGetValue(version.Key, out ReplayedRow? row) && row.Values.SequenceEqual(version.Values)) continue;
                past.Add(version with { History = [version.History[0], Day(day), "false"], Updated = day });
                current.Remove(version.Key);
            }
            foreach ((string key, ReplayedRow row) in now)
            {
                if (!current.ContainsKey(key)) current[key] = new(key, row.Values, [Day(day), "NULL", "true"], day, day);
            }
        }
        return past.Concat(current.Values);
    }

    public static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"2024-01-{day:00}");
}

/// <param name="History">The columns of the mode, as text.</param>
internal sealed record ReplayedModeRow(string Key, string?[] Values, string[] History, int Created, int Updated)
{
    public override string ToString() =>
        $"{Key}|{string.Join('|', Values.Select(v => v ?? "NULL").Concat(History))}|{ReplayModes.Day(Created)}|{ReplayModes.Day(Updated)}";
}
