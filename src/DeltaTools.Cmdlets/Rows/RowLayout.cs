using System.Management.Automation;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Columns of the table view of data rows: how wide each is, and which fit into the window.</summary>
internal sealed class RowLayout
{
    private const string Gap = "  ";
    private const int NarrowestText = 12;
    private const int NarrowestName = 8;

    private readonly Column[] _columns;

    private RowLayout(Column[] columns) => _columns = columns;

    /// <param name="Least">How narrow the column may become: text can be cut, a number or a date that is cut would be another one.</param>
    private sealed record Column(string Name, int Width, int Least, bool IsNumber);

    /// <param name="sample">The rows that are looked at; at least one.</param>
    public static RowLayout Of(IReadOnlyList<PSObject> sample) => new([.. sample[0].Properties.Select(property =>
    {
        // Rows of one result have the same columns in the same order.
        object?[] values = [.. sample.Select(row => row.Properties[property.Name]?.Value)];
        int widest = values.Max(v => CellText.Of(v).Length);
        int least = Math.Max(values.All(CellText.MayBeCut) ? Math.Min(widest, NarrowestText) : widest, Math.Min(property.Name.Length, NarrowestName));
        bool isNumber = values.Any(CellText.IsNumber) && values.All(v => v is null || CellText.IsNumber(v));
        return new Column(property.Name, Math.Max(widest, property.Name.Length), least, isNumber);
    })]);

    /// <summary>This layout, with columns as wide as those of the other where that is wider.</summary>
    public RowLayout Widened(RowLayout other) => new([.. _columns.Zip(other._columns, (a, b) =>
        a with { Width = Math.Max(a.Width, b.Width), Least = Math.Max(a.Least, b.Least), IsNumber = a.IsNumber || b.IsNumber })]);

    /// <summary>Names and a line below them.</summary>
    public string Header(int window)
    {
        List<Column> columns = Fitting(window);
        string names = Join(columns.Select(c => Cell(c.Name, c)), columns.Count);
        string lines = Join(columns.Select(c => Cell(new string('-', Math.Clamp(c.Name.Length, 1, c.Width)), c)), columns.Count);
        return $"{names.TrimEnd()}\n{lines.TrimEnd()}";
    }

    public string Line(PSObject row, int window)
    {
        List<Column> columns = Fitting(window);
        return Join(columns.Select(c => Cell(CellText.Of(row.Properties[c.Name]?.Value), c)), columns.Count).TrimEnd();
    }

    private string Join(IEnumerable<string> cells, int shown) => string.Join(Gap, shown < _columns.Length ? cells.Append("…") : cells);

    private static string Cell(string text, Column column)
    {
        string fitting = text.Length > column.Width ? text[..(column.Width - 1)] + "…" : text;
        return column.IsNumber ? fitting.PadLeft(column.Width) : fitting.PadRight(column.Width);
    }

    /// <summary>Wide columns are narrowed first; what then does not fit is left out at the right, as Format-Table does.</summary>
    private List<Column> Fitting(int window)
    {
        List<Column> columns = [.. _columns];
        int Excess() => columns.Sum(c => c.Width + Gap.Length) - Gap.Length - (window - 1);
        while (Excess() > 0 && columns.Where(c => c.Width > c.Least).MaxBy(c => c.Width) is { } widest)
        {
            columns[columns.IndexOf(widest)] = widest with { Width = widest.Width - 1 };
        }
        while (columns.Count > 1 && Excess() + (columns.Count < _columns.Length ? Gap.Length + 1 : 0) > 0) columns.RemoveAt(columns.Count - 1);
        return columns;
    }
}
