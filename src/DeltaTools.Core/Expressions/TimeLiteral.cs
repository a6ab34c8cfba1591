namespace DeltaTools.Core.Expressions;

/// <param name="Nanos">Nanoseconds from midnight.</param>
public sealed record TimeLiteral(long Nanos)
{
    public override string ToString() => CivilTime.TimeText(Nanos);
}
