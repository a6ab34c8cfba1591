namespace DeltaTools.Core.Spec;

/// <summary>The time that a change of a table is given.</summary>
public static class TableClock
{
    /// <summary>Now, to the millisecond, but never before the table's last change, whatever the clocks of its writers say.</summary>
    /// <remarks>Else the snapshot log would go back in time, and other libraries refuse such a table.</remarks>
    public static DateTimeOffset Now(TableMetadata metadata)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return now > metadata.LastUpdated ? now : metadata.LastUpdated;
    }
}
