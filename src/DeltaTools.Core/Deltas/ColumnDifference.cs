namespace DeltaTools.Core.Deltas;

/// <summary>A column in which a delta and its raw table differ.</summary>
/// <param name="InDelta">Its type there; null when it is not there.</param>
/// <param name="InTable">Its type there; null when it is not there.</param>
internal sealed record ColumnDifference(string Column, string? InDelta, string? InTable, string What)
{
    /// <summary>Lines of a table, one for each difference.</summary>
    public static string Table(IReadOnlyList<ColumnDifference> differences)
    {
        (string A, string B, string C, string D)[] rows =
            [("column", "delta", "table", ""), .. differences.Select(d => (d.Column, d.InDelta ?? "-", d.InTable ?? "-", d.What))];
        int a = rows.Max(r => r.A.Length), b = rows.Max(r => r.B.Length), c = rows.Max(r => r.C.Length);
        return string.Join(Environment.NewLine, rows.Select(r => $"  {r.A.PadRight(a)}  {r.B.PadRight(b)}  {r.C.PadRight(c)}  {r.D}".TrimEnd()));
    }
}
