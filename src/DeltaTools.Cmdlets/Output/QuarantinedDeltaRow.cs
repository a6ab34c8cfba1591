using System.Management.Automation;
using DeltaTools.Core.Deltas;

namespace DeltaTools;

/// <summary>A refused row on its way back, for the script block that corrects it.</summary>
public sealed class QuarantinedDeltaRow
{
    internal QuarantinedDeltaRow(QuarantinedRow row, PSObject? values)
    {
        Stored = row;
        Row = values;
    }

    /// <summary>The values by column, to be corrected in place. Null for a row whose structure is broken, until one is given; a row that is
    /// null afterwards stays in the quarantine.</summary>
    public PSObject? Row { get; set; }

    /// <summary>The row as the file has it, when its structure is broken.</summary>
    public string? Text => Stored.Text;

    /// <summary>The delta it came in.</summary>
    public string Source => Stored.Source;

    /// <summary>Its line there.</summary>
    public long Line => Stored.Line;

    /// <summary>The first column that does not fit.</summary>
    public string? Column => Stored.Column;

    /// <summary>Its value.</summary>
    public string? Value => Stored.Value;

    /// <summary>Why it does not fit.</summary>
    public string Reason => Stored.Reason;

    internal QuarantinedRow Stored { get; }
}
