namespace DeltaTools.Core.Deltas;

/// <summary>What may be done about columns that do not fit.</summary>
public enum SchemaEvolution
{
    /// <summary>Nothing: the differences are explained and the operation stops.</summary>
    None,
    /// <summary>New columns are added.</summary>
    AddColumn,
    /// <summary>New columns are added and types are widened (int to long, float to double, decimal precision).</summary>
    Widen,
}
