namespace DeltaTools.Core.Embedded.Changes;

/// <summary>What happened to a row; the numbers are those of the engine's tables.</summary>
public enum RowChange
{
    Delete = 0,
    Insert = 1,
    /// <summary>The row as it was; <see cref="UpdateAfter"/> follows.</summary>
    UpdateBefore = 2,
    UpdateAfter = 3,
}

/// <param name="Updated">Rows, each counted once.</param>
public sealed record ChangeCounts(long Inserted, long Updated, long Deleted)
{
    public static readonly ChangeCounts None = new(0, 0, 0);
}
