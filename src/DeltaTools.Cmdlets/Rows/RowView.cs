using System.Management.Automation;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>The table view of data rows, whose columns no format file can know; called by the format file.</summary>
/// <remarks>Without it PowerShell shows objects of more than four properties as lists.</remarks>
public static class RowView
{
    /// <summary>Type name of every row, to which the view is bound.</summary>
    internal const string TypeName = "DeltaTools.Row";

    /// <summary>Names of the columns over a line. Rows with the same header stand in one table.</summary>
    public static string Header(PSObject row, int window) => LayoutOf(row).Header(window);

    public static string Line(PSObject row, int window) => LayoutOf(row).Line(row, window);

    /// <summary>Makes the columns of rows like these wide enough for them.</summary>
    internal static void Measure(IReadOnlyList<PSObject> rows)
    {
        if (rows.Count == 0) return;
        RowLayout layout = RowLayout.Of(rows);
        RunspaceSession.Current.Layouts.AddOrUpdate(Key(rows[0]), layout, (_, known) => known.Widened(layout));
    }

    private static RowLayout LayoutOf(PSObject row) =>
        RunspaceSession.Current.Layouts.GetOrAdd(Key(row), (_, first) => RowLayout.Of([first]), row);

    private static string Key(PSObject row) => string.Join('\n', row.Properties.Select(p => p.Name));
}
