namespace DeltaTools.Core.Spec.Text;

/// <summary>A timestamp that was read from text.</summary>
/// <param name="Seconds">Whole seconds from 1970-01-01, in UTC when there was an offset.</param>
/// <param name="NanosOfSecond">0 to 999,999,999.</param>
/// <param name="OffsetSeconds">The offset from UTC that the text named; null when it named none.</param>
public readonly record struct IsoTimestamp(long Seconds, int NanosOfSecond, int? OffsetSeconds)
{
    /// <summary>Microseconds from 1970-01-01, rounded down; null when a long cannot hold them.</summary>
    public long? Micros => InUnits(1_000_000);

    /// <summary>Nanoseconds from 1970-01-01; null when a long cannot hold them.</summary>
    public long? Nanos => InUnits(IsoText.NanosPerSecond);

    private long? InUnits(long perSecond)
    {
        Int128 units = (Int128)Seconds * perSecond + NanosOfSecond / (IsoText.NanosPerSecond / perSecond);
        return units >= long.MinValue && units <= long.MaxValue ? (long)units : null;
    }
}
