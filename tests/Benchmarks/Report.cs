using System.Globalization;

namespace DeltaTools.Benchmarks;

/// <summary>Prints figures as rows of a Markdown table, as they come.</summary>
internal sealed class Report
{
    private bool _hasHeader;

    /// <param name="target">What the design demands; empty when it demands nothing.</param>
    public void Add(string what, string figure, string target)
    {
        if (!_hasHeader) Console.WriteLine("| what | measured | must reach |\n|---|---|---|");
        _hasHeader = true;
        Console.WriteLine($"| {what} | {figure} | {target} |");
    }

    /// <summary>A remark that is no row of the table.</summary>
    public static void Note(string text) => Console.Error.WriteLine($"  {text}");

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) + " s";

    public static string Ratio(TimeSpan ours, TimeSpan bare) => (ours / bare).ToString("0.00", CultureInfo.InvariantCulture) + " x";

    public static string Megabytes(long bytes) => (bytes / 1e6).ToString("0", CultureInfo.InvariantCulture) + " MB";

    public static string Rate(double perSecond, string unit) => perSecond.ToString("#,##0", CultureInfo.InvariantCulture) + " " + unit + "/s";
}
