using System.Management.Automation;

namespace DeltaTools.Cmdlets.Rows;

/// <summary>Writes rows as they come, but lets the first ones wait for each other, so that their columns become wide enough for all of them.</summary>
internal sealed class MeasuredRows(Action<PSObject> write)
{
    private const int Measured = 200;
    private readonly List<PSObject> _first = [];

    public long Count { get; private set; }

    public void Add(PSObject row)
    {
        Count++;
        if (Count > Measured)
        {
            write(row);
            return;
        }
        _first.Add(row);
        if (Count == Measured) Flush();
    }

    /// <summary>Writes the rows that still wait.</summary>
    public void Flush()
    {
        RowView.Measure(_first);
        foreach (PSObject row in _first) write(row);
        _first.Clear();
    }
}
