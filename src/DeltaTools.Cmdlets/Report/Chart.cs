using System.Globalization;
using System.Net;
using System.Text;

namespace DeltaTools.Cmdlets.Report;

/// <param name="Style">Class in the page's style sheet, which has its colour.</param>
/// <param name="Values">One for each state; null where it is not known.</param>
internal sealed record ChartSeries(string Name, string Style, IReadOnlyList<long?> Values);

/// <summary>A chart as SVG that stands in a page by itself: one place on the x axis for each state, a tip on each mark.</summary>
internal sealed record Chart(string Title, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series)
{
    private const int Width = 560, Height = 220, Left = 64, Right = 12, Top = 12, Bottom = 28;
    private const int PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;

    /// <summary>Whether values are bytes.</summary>
    public bool IsBytes { get; init; }

    /// <summary>Bars that stand on each other, instead of lines.</summary>
    public bool IsStacked { get; init; }

    public string ToSvg()
    {
        double largest = IsStacked
            ? Enumerable.Range(0, Labels.Count).Max(i => (double)Series.Sum(s => s.Values[i] ?? 0)) : Series.Max(s => s.Values.Max(v => (double)(v ?? 0)));
        var scale = ChartScale.For(largest, IsBytes);
        var svg = new StringBuilder();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(Title)}\">");
        foreach (double tick in scale.Ticks)
        {
            double y = Y(tick, scale);
            Add(svg, $"<line class=\"grid\" x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\"/>");
            Add(svg, $"<text class=\"tick\" x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Text((long)tick)}</text>");
        }
        foreach (int i in new[] { 0, (Labels.Count - 1) / 2, Labels.Count - 1 }.Distinct())
            Add(svg, $"<text class=\"tick\" x=\"{X(i):0.#}\" y=\"{Height - 8}\" text-anchor=\"{Anchor(i)}\">{Escape(Labels[i])}</text>");
        if (IsStacked) AddBars(svg, scale);
        else AddLines(svg, scale);
        return svg.Append("</svg>").ToString();
    }

    private void AddBars(StringBuilder svg, ChartScale scale)
    {
        double width = Math.Clamp((double)PlotWidth / Labels.Count * 0.7, 1, 40);
        for (int i = 0; i < Labels.Count; i++)
        {
            long below = 0;
            foreach (ChartSeries series in Series)
            {
                if (series.Values[i] is not > 0) continue;
                long value = series.Values[i]!.Value;
                double y = Y(below + value, scale);
                Add(svg, $"<rect class=\"{series.Style}\" x=\"{X(i) - width / 2:0.#}\" y=\"{y:0.##}\" width=\"{width:0.#}\" height=\"{Y(below, scale) - y:0.##}\">{Tip(series, i)}</rect>");
                below += value;
            }
        }
    }

    private void AddLines(StringBuilder svg, ChartScale scale)
    {
        foreach (ChartSeries series in Series)
        {
            int[] known = [.. Enumerable.Range(0, Labels.Count).Where(i => series.Values[i] is not null)];
            string points = string.Join(' ', known.Select(i => string.Create(CultureInfo.InvariantCulture, $"{X(i):0.#},{Y(series.Values[i]!.Value, scale):0.##}")));
            Add(svg, $"<polyline class=\"{series.Style}\" points=\"{points}\"/>");
            foreach (int i in known) Add(svg, $"<circle class=\"{series.Style}\" cx=\"{X(i):0.#}\" cy=\"{Y(series.Values[i]!.Value, scale):0.##}\" r=\"3\">{Tip(series, i)}</circle>");
        }
    }

    private string Tip(ChartSeries series, int i) => $"<title>{Escape($"{Labels[i]}: {Text(series.Values[i]!.Value)} {series.Name}")}</title>";

    private string Text(long value) => (IsBytes ? ViewFormat.Bytes(value) : ViewFormat.Count(value))!;

    private double X(int i) => Left + (i + 0.5) * PlotWidth / Labels.Count;

    private static double Y(double value, ChartScale scale) => Top + PlotHeight * (1 - value / scale.Top);

    // The outer labels would stand half outside.
    private string Anchor(int i) => Labels.Count == 1 || (i > 0 && i < Labels.Count - 1) ? "middle" : i == 0 ? "start" : "end";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
