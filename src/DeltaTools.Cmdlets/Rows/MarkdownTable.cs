using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Objects as Markdown, for summaries of pipeline runs: a table for each type, in the order in which the types came.</summary>
internal static class MarkdownTable
{
    private const int MaxColumns = 12;
    private const int MaxRows = 200;

    /// <summary>The columns of our own outputs; other objects show their simple properties.</summary>
    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        [nameof(DeltaImport)] = ["Table", "Source", "DateReceived", "Rows", "Rejected", "Status", "SnapshotId"],
        [nameof(MergeSummary)] = ["Table", "ReportDate", "Inserted", "Updated", "Deleted", "Unchanged", "Duration", "SnapshotId"],
        [nameof(MergePlan)] = ["Table", "ReportDate", "Inserted", "Updated", "Deleted", "Unchanged"],
        [nameof(OptimizeSummary)] = ["Table", "FilesRemoved", "FilesAdded", "BytesRemoved", "BytesAdded", "DeleteFilesRemoved", "Duration", "SnapshotId"],
        [nameof(SnapshotChanges)] = ["Table", "SnapshotId", "ReportDate", "Inserted", "Updated", "Deleted"],
        [nameof(ReportTest)] = ["Table", "ReportDate", "Passed", "Same", "Missing", "Surplus", "Different"],
        [nameof(MergeUndone)] = ["Table", "UndoneReportDate", "ReportDate", "Removed", "Reverted", "Restored", "SnapshotId"],
        [nameof(QuarantineRestore)] = ["Table", "Source", "DateReceived", "Restored", "Remaining", "SnapshotId"],
    };

    public static string Of(IReadOnlyList<PSObject> items, string title)
    {
        var text = new StringBuilder().Append("## ").Append(Escape(title)).Append('\n');
        foreach (IGrouping<string, PSObject> group in items.GroupBy(TypeOf))
        {
            string[] columns = Columns.GetValueOrDefault(group.Key) ?? Simple(group.First());
            PSObject[] rows = [.. group];
            bool[] numbers = [.. columns.Select(c => rows.Any(r => IsQuantity(c, ValueOf(r, c))))];
            text.Append("\n### ").Append(Heading(group.Key)).Append("\n\n| ").AppendJoin(" | ", columns.Select(Escape)).Append(" |\n|")
                .AppendJoin('|', numbers.Select(n => n ? " ---: " : " --- ")).Append("|\n");
            foreach (PSObject row in rows.Take(MaxRows)) text.Append("| ").AppendJoin(" | ", columns.Select(c => Escape(Text(c, ValueOf(row, c))))).Append(" |\n");
            if (rows.Length > MaxRows) text.Append(CultureInfo.InvariantCulture, $"\n… and {rows.Length - MaxRows} more\n");
        }
        return text.ToString();
    }

    private static string TypeOf(PSObject item) => item.BaseObject is PSCustomObject ? "Objects" : item.BaseObject.GetType().Name;

    /// <summary><c>MergeSummary</c> becomes <c>Merge summary</c>.</summary>
    private static string Heading(string type) =>
        string.Concat(type.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));

    private static string[] Simple(PSObject item) =>
        [.. item.Properties.Where(p => p.IsGettable && ValueOf(item, p.Name) is null or string or ValueType).Select(p => p.Name).Take(MaxColumns)];

    private static object? ValueOf(PSObject item, string column)
    {
        object? value = item.Properties[column]?.Value;
        return value is PSObject wrapped ? wrapped.BaseObject : value;
    }

    private static bool IsQuantity(string column, object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal && !IsId(column);

    private static bool IsId(string column) => column.EndsWith("Id", StringComparison.OrdinalIgnoreCase);

    private static string Text(string column, object? value) => value switch
    {
        null => "",
        bool passed => passed ? "yes" : "**no**",
        long or int when IsId(column) => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        long or int when column.StartsWith("Bytes", StringComparison.Ordinal) || column == "Size" => ViewFormat.Bytes(Convert.ToInt64(value, CultureInfo.InvariantCulture))!,
        long or int => ViewFormat.Count(Convert.ToInt64(value, CultureInfo.InvariantCulture))!,
        DateOnly date => ViewFormat.Date(date)!,
        DateTimeOffset time => ViewFormat.Time(time)!,
        TimeSpan duration => ViewFormat.Duration(duration)!,
        string text when column == "Source" => ViewFormat.FileName(text)!,
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>()),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Values come from files: they must not end a cell, nor become markup.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text.ReplaceLineEndings(" "))
        {
            if (c is '|' or '\\' or '`' or '[' or ']' || (c is '*' or '_' && text is not "**no**")) escaped.Append('\\');
            escaped.Append(c switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", _ => c.ToString() });
        }
        return escaped.ToString();
    }
}
