using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Expressions;

/// <param name="Days">Days from 1970-01-01.</param>
public sealed record DateLiteral(int Days)
{
    public override string ToString() => IsoText.Date(Days);
}
