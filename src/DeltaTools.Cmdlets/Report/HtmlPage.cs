using System.Globalization;
using System.Net;
using System.Text;

namespace DeltaTools.Cmdlets.Report;

/// <summary>Stories of tables as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.</summary>
internal static class HtmlPage
{
    /// <summary>States that charts and lists show at most: the newest ones.</summary>
    private const int MaxStates = 366, MaxListed = 50;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1f2328; --soft: #656d76; --line: #d8dee4; --page: #ffffff; --in: #2da44e; --up: #bf8700; --out: #cf222e; --main: #0969da; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #8d96a0; --line: #30363d; --page: #0d1117; --in: #3fb950; --up: #d29922; --out: #f85149; --main: #4493f8; } }
        body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin: 0; font-size: 1rem; }
        .soft, .tick { color: var(--soft); fill: var(--soft); } .tick { font-size: 11px; }
        .facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; } .facts div { min-width: 6rem; } .facts dt { color: var(--soft); } .facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.5rem; } svg { width: 100%; height: auto; }
        .grid { stroke: var(--line); } polyline { fill: none; stroke-width: 2; } .main { fill: var(--main); stroke: var(--main); } .in { fill: var(--in); } .up { fill: var(--up); } .out { fill: var(--out); stroke: var(--out); } rect.out { stroke: none; } polyline.main, polyline.out { fill: none; }
        .key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin: 0 .3em 0 .8em; } .key.in::before { background: var(--in); } .key.up::before { background: var(--up); } .key.out::before { background: var(--out); } .key.main::before { background: var(--main); }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; } .n { text-align: right; }
        """;

    public static string Of(string title, IEnumerable<TableStory> stories, DateTimeOffset now)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{Escape(title)}</h1>\n<p class=\"soft\">{ViewFormat.Time(now)}</p>\n");
        foreach (TableStory story in stories) AddTable(page, story);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AddTable(StringBuilder page, TableStory story)
    {
        IcebergTable table = story.Table;
        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Escape(table.Table)}</h2>\n<dl class=\"facts\">\n");
        AddFact(page, "Report date", ViewFormat.Date(story.ReportDate));
        AddFact(page, "Rows", ViewFormat.Count(table.Records));
        AddFact(page, "Size", ViewFormat.Bytes(table.Size));
        AddFact(page, "Data files", ViewFormat.Count(table.DataFiles));
        AddFact(page, "Delete files", ViewFormat.Count(table.DeleteFiles));
        AddFact(page, "Average file", table.DataFiles is > 0 ? ViewFormat.Bytes(table.Size / table.DataFiles) : null);
        AddFact(page, "Snapshots", ViewFormat.Count(table.Snapshots));
        AddFact(page, "Format", $"v{table.Format}");
        AddFact(page, "Partition", table.Partition.Length == 0 ? null : string.Join(", ", table.Partition));
        AddFact(page, "Sort order", table.SortOrder.Length == 0 ? null : string.Join(", ", table.SortOrder));
        AddFact(page, "Last updated", ViewFormat.Time(table.LastUpdated));
        AddFact(page, "Location", table.Location);
        page.Append("</dl>\n");
        TableState[] shown = [.. story.States.TakeLast(MaxStates)];
        if (shown.Length == 0) page.Append("<p class=\"soft\">The table has no snapshot yet.</p>\n");
        else
        {
            page.Append("<div class=\"charts\">\n");
            foreach (Chart chart in Charts(shown)) AddChart(page, chart);
            page.Append("</div>\n");
            AddHistory(page, story.States);
        }
        page.Append("</section>\n");
    }

    private static IEnumerable<Chart> Charts(TableState[] states)
    {
        string[] labels = [.. states.Select(s => s.Label)];
        ChartSeries Series(string name, string style, Func<TableState, long?> value) => new(name, style, [.. states.Select(value)]);
        yield return new("Rows", labels, [Series("rows", "main", s => s.Rows)]);
        yield return new("Changes", labels, [Series("inserted", "in", s => s.Inserted), Series("updated", "up", s => s.Updated), Series("deleted", "out", s => s.Deleted)]) { IsStacked = true };
        yield return new("Files", labels, [Series("data files", "main", s => s.DataFiles), Series("delete files", "out", s => s.DeleteFiles)]);
        yield return new("Size", labels, [Series("size", "main", s => s.Size)]) { IsBytes = true };
    }

    private static void AddChart(StringBuilder page, Chart chart)
    {
        string keys = chart.Series.Count == 1 ? "" : string.Concat(chart.Series.Select(s => $"<span class=\"key {s.Style}\">{s.Name}</span>"));
        page.Append(CultureInfo.InvariantCulture, $"<figure style=\"margin:0\"><figcaption><h3>{chart.Title}<small class=\"soft\">{keys}</small></h3></figcaption>{chart.ToSvg()}</figure>\n");
    }

    private static void AddHistory(StringBuilder page, IReadOnlyList<TableState> states)
    {
        page.Append("<div class=\"wide\">\n<table>\n<thead><tr><th>Committed</th><th>Report date</th><th>Operation</th><th class=\"n\">Inserted</th><th class=\"n\">Updated</th>")
            .Append("<th class=\"n\">Deleted</th><th class=\"n\">Rows</th><th class=\"n\">Size</th><th class=\"n\">Snapshot</th><th>By</th></tr></thead>\n<tbody>\n");
        foreach (TableState state in states.Reverse().Take(MaxListed))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{ViewFormat.Time(state.CommittedAt)}</td><td>{ViewFormat.Date(state.ReportDate)}</td><td>{Escape(state.Operation)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{ViewFormat.Count(state.Inserted)}</td><td class=\"n\">{ViewFormat.Count(state.Updated)}</td><td class=\"n\">{ViewFormat.Count(state.Deleted)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{ViewFormat.Count(state.Rows)}</td><td class=\"n\">{ViewFormat.Bytes(state.Size)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{state.SnapshotId}</td><td>{Escape(state.CommittedBy)}</td></tr>\n");
        }
        page.Append("</tbody>\n</table>\n</div>\n");
        if (states.Count > MaxListed) page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">The newest {MaxListed} of {ViewFormat.Count(states.Count)} states.</p>\n");
    }

    private static void AddFact(StringBuilder page, string name, string? value)
    {
        if (value is not null) page.Append(CultureInfo.InvariantCulture, $"<div><dt>{name}</dt><dd>{Escape(value)}</dd></div>\n");
    }

    private static string Escape(string? text) => WebUtility.HtmlEncode(text) ?? "";
}
