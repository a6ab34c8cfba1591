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
