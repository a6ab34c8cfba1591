using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>Where the SQL of engines differs in conditions.</summary>
/// <param name="Literal">A value of a type, in physical form, as a constant.</param>
/// <param name="IsNaN">Name of the function that tells whether a number is NaN.</param>
/// <param name="NaNIsGreatest">Whether NaN is greater than every number; else comparisons with it are false.</param>
internal sealed record SqlDialect(Func<object, IcebergType, string> Literal, string IsNaN, bool NaNIsGreatest)
{
    public static readonly SqlDialect DuckDb = new(SqlLiteral.Of, "isnan", NaNIsGreatest: true);
}
