using System.Collections.Immutable;

namespace DeltaTools.Core.Expressions;

/// <summary>A condition on rows. Parsed from <c>-Filter</c> text, bound to a schema, then used to prune files and rendered to SQL.</summary>
public abstract record Predicate
{
    public static readonly Predicate True = new ConstantPredicate(true);
    public static readonly Predicate False = new ConstantPredicate(false);
}

public sealed record ConstantPredicate(bool Value) : Predicate;

public sealed record AndPredicate(ImmutableArray<Predicate> Operands) : Predicate;

public sealed record OrPredicate(ImmutableArray<Predicate> Operands) : Predicate;

/// <summary>SQL's NOT: NULL stays NULL, so a row that is neither true nor false is not selected.</summary>
public sealed record NotPredicate(Predicate Operand) : Predicate;

/// <summary>A test of one column against constants. NULL never matches, except by the null tests.</summary>
/// <param name="Column">Full name of the column as written.</param>
/// <param name="Values">Constants: as the literal was written before binding, in the column's physical form after it.</param>
public sealed record ColumnPredicate(string Column, PredicateOperator Operator, ImmutableArray<object> Values) : Predicate
{
    /// <summary>Field id of the column; 0 until the predicate is bound.</summary>
    public int FieldId { get; init; }
}

public enum PredicateOperator
{
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    In, StartsWith, NotStartsWith, Like, NotLike,
    IsNull, IsNotNull, IsNaN, IsNotNaN,
}
