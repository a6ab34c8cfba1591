using DeltaTools.Core.Embedded;

namespace DeltaTools.Core.Merge;

/// <summary>SQL for the plain case: the newest row of each key wins as a whole.</summary>
internal static class Newest
{
    /// <summary>The order in which rows of one key follow each other, newest first.</summary>
    public static string OrderDescending(MergeColumns columns) =>
        string.Join(", ", [$"{RowNames.Date} DESC", .. columns.OrderBy.Select((_, i) => $"{RowNames.Order(i)} DESC NULLS LAST"), $"{RowNames.Arrival} DESC"]);

    public static string OrderAscending(MergeColumns columns) =>
        string.Join(", ", [RowNames.Date, .. columns.OrderBy.Select((_, i) => $"{RowNames.Order(i)} NULLS FIRST"), RowNames.Arrival]);

    /// <summary>One row for each key.</summary>
    public static string Select(MergeColumns columns, string rows) =>
        $"SELECT {RowNames.Keys(columns)}, {Values(columns)}{RowNames.Deleted} FROM {rows} "
        + $"QUALIFY row_number() OVER (PARTITION BY {RowNames.Keys(columns)} ORDER BY {OrderDescending(columns)}) = 1";

    /// <summary>The same where most keys have one row: putting rows in order costs much more than finding the few keys that need it.</summary>
    /// <param name="repeated">Table of the keys that have several rows.</param>
    public static string Select(MergeColumns columns, string rows, string repeated)
    {
        string Rows(string join) => $"(SELECT r.* FROM {rows} r {join} JOIN {repeated} k ON {RowNames.SameKey(columns, "r", "k")})";
        return $"SELECT {RowNames.Keys(columns)}, {Values(columns)}{RowNames.Deleted} FROM {Rows("ANTI")} UNION ALL ({Select(columns, Rows("SEMI"))})";
    }

    /// <summary>InsertOnly: for each key its first row that is no tombstone, with the dates it gives to audit columns; a tombstone when it has no other.</summary>
    /// <param name="replayed">Keys whose whole history is among the rows; null when there are none.</param>
    public static string First(MergeColumns columns, string rows, string? replayed)
    {
        string keys = RowNames.Keys(columns);
        IEnumerable<string> values = columns.Values.Select((p, i) => columns.Absent is null
            ? $"{RowNames.Value(i)}, "
            : $"CASE WHEN NOT coalesce(list_contains({RowNames.Absent}, {Sql.Text(p.Source.Name)}), false) THEN {RowNames.Value(i)} END AS {RowNames.Value(i)}, ");
        string first = $"SELECT {keys}, {string.Concat(values)}{RowNames.Deleted}, {RowNames.Date} AS {RowNames.Created}, {RowNames.Date} AS {RowNames.Updated} FROM {rows} "
            + $"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {RowNames.Deleted}, {OrderAscending(columns)}) = 1";
        return replayed is null
            ? $"SELECT *, false AS {RowNames.Replayed} FROM ({first})"
            : $"SELECT f.*, coalesce(l._l, false) AS {RowNames.Replayed} FROM ({first}) f LEFT JOIN (SELECT *, true AS _l FROM {replayed}) l ON {RowNames.SameKey(columns, "f", "l")}";
    }

    /// <summary>The number of keys whose newest rows, equal in date and order columns, contradict each other.</summary>
    public static string Ties(MergeColumns columns, string rows)
    {
        string place = string.Join(", ", columns.OrderBy.Select((_, i) => RowNames.Order(i)).Prepend(RowNames.Date));
        string content = string.Join(", ", columns.Values.Select((_, i) => RowNames.Value(i)).Append(RowNames.Deleted).Append(RowNames.Absent));
        return $"SELECT count(*) FROM (SELECT {RowNames.Keys(columns)}, rank() OVER (PARTITION BY {RowNames.Keys(columns)} ORDER BY max({RowNames.Date}) DESC"
            + string.Concat(columns.OrderBy.Select((_, i) => $", {RowNames.Order(i)} DESC NULLS LAST"))
            + $") AS r, count(DISTINCT hash({content})) AS n FROM {rows} GROUP BY {RowNames.Keys(columns)}, {place}) WHERE r = 1 AND n > 1";
    }

    private static string Values(MergeColumns columns) => columns.Values.IsEmpty ? "" : RowNames.Values(columns) + ", ";
}
