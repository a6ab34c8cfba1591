namespace DeltaTools.Core.Expressions;

/// <param name="Nanos">Nanoseconds from 1970-01-01 00:00:00; of UTC when <paramref name="WithZone"/>, of the wall clock otherwise.</param>
public sealed record TimestampLiteral(Int128 Nanos, bool WithZone)
{
    public override string ToString() => CivilTime.TimestampText(Nanos) + (WithZone ? "+00:00" : "");
}
